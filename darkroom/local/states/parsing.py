"""Definitions as moto's parser takes them: each parsed once, and what its grammar lacks said in its words."""

import functools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from darkroom.local.seams import original, replaced


@contextmanager
def installed() -> Iterator[None]:
    """Parse a definition once, though it is validated, and then run: half a second for one with nested maps."""
    parse = original(AmazonStateLanguageParser, "parse")

    @functools.lru_cache(maxsize=16)
    def parse_once(definition: str) -> Any:
        return parse(interpretable(definition))

    with replaced(AmazonStateLanguageParser, "parse", staticmethod(parse_once)):
        yield


def interpretable(definition: str) -> str:
    """Return a definition whose distributed maps are in moto's grammar, any other as it is.

    It knows no Express executions below a map, which here run as steps of the one above them anyway, and wants a
    decimal point in a percentage.
    """
    if '"DISTRIBUTED"' not in definition:
        return definition
    try:
        return json.dumps(json.loads(definition, object_hook=_in_its_words))
    except ValueError:  # the parser says what is wrong with it
        return definition


def _in_its_words(fields: dict[str, Any]) -> dict[str, Any]:
    if fields.get("ExecutionType") == "EXPRESS":
        fields["ExecutionType"] = "STANDARD"
    if "ToleratedFailurePercentage" in fields:
        fields["ToleratedFailurePercentage"] = float(fields["ToleratedFailurePercentage"])
    return fields
