"""Strict `${name}` placeholders in JSON files.

Terraform's templatefile reads the same files: `$.path` and `$$.Execution` are plain text to both.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from darkroom.command_errors import CommandError

PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


class TemplateError(CommandError):
    """A placeholder and the values do not match; the message names the file and the names."""


def render(template: str, values: Mapping[str, str], *, source: str) -> str:
    """Return a JSON template filled in, each value escaped as part of a JSON string.

    Values that the template does not use are ignored. Raises TemplateError when one is missing; `source` names the
    template in its message.
    """
    names = set(PLACEHOLDER.findall(template))
    if missing := names - values.keys():
        raise TemplateError(f"{source}: no value for {_listed(missing)}; add one or correct the name.")
    return PLACEHOLDER.sub(lambda match: json.dumps(values[match[1]])[1:-1], template)


def render_file(path: Path, values: Mapping[str, str], *, use_all: bool = False) -> str:
    """Return a JSON file filled in; with `use_all`, a value that it does not use raises TemplateError too."""
    template = path.read_text()
    if use_all and (unused := values.keys() - set(PLACEHOLDER.findall(template))):
        raise TemplateError(f"{path.name}: uses no {_listed(unused)}; drop the value or correct the placeholder.")
    document: str = render(template, values, source=f"{path.parent.name}/{path.name}")
    return document


def render_mapping(texts: Mapping[str, str], values: Mapping[str, str], *, source: str) -> dict[str, Any]:
    """Return a mapping of texts filled in, for example a function's environment; raises TemplateError."""
    document: dict[str, Any] = json.loads(render(json.dumps(texts), values, source=source))
    return document


def _listed(names: set[str]) -> str:
    return ", ".join(f"${{{name}}}" for name in sorted(names))
