"""Where what AWS says of a thing is not what it should be.

deploy.sh compares with it too, for each thing that it looks at, so it imports as little as it can.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

MAX_SHOWN_CHARACTERS = 60
NOTHING = object()


# Plain classes, for dataclasses takes longer to import than to compare.
class Allowed:
    """Stands in a wanted document for any value of which `fault` returns nothing to say."""

    def __init__(self, fault: Callable[[Any], str]) -> None:
        self.fault = fault


class Holding:
    """Stands for a list that holds at least these parts, as a policy may have statements of other people's."""

    def __init__(self, parts: list[Any]) -> None:
        self.parts = parts


def differences(wanted: Any, found: Any, path: str = "") -> Iterator[str]:
    """Yield what of `wanted` is not in `found`, each as "PATH is X and not Y".

    More keys are fine, JSON documents in texts are read, lists are sets.
    """
    wanted, found = _read(wanted), _read(found)
    if isinstance(wanted, Allowed):
        if reason := wanted.fault(found):
            yield f"{path} {reason}"
    elif isinstance(wanted, dict) and isinstance(found, dict):
        for key, part in wanted.items():
            yield from differences(part, found.get(key, NOTHING), f"{path}.{key}" if path else key)
    elif isinstance(wanted, Holding):
        yield from _lacking(wanted.parts, found, path)
    elif isinstance(wanted, list) and isinstance(found, list):
        if len(wanted) == len(found) == 1:
            yield from differences(wanted[0], found[0], path)
        else:
            yield from _as_sets(wanted, found, path)
    elif wanted != found:
        yield f"{path} is not set" if found is NOTHING else f"{path} is {_shown(found)} and not {_shown(wanted)}"


def covers(wanted: Any, found: Any) -> bool:
    """Tell whether `found` has all of `wanted`."""
    return next(differences(wanted, found), None) is None


def _as_sets(wanted: list[Any], found: list[Any], path: str) -> Iterator[str]:
    yield from _lacking(wanted, found, path)
    if len(found) > len(wanted):
        yield f"{path} has {len(found) - len(wanted)} more than it should"
    elif len(found) < len(wanted) and not any(True for _ in _lacking(wanted, found, path)):
        yield f"{path} has {len(wanted) - len(found)} fewer than it should"


def _lacking(wanted: list[Any], found: Any, path: str) -> Iterator[str]:
    others = found if isinstance(found, list) else []
    for part in wanted:
        if not any(covers(part, other) for other in others):
            yield f"{path} lacks {_shown(part)}"


def _shown(value: Any) -> str:
    if isinstance(value, dict) and "Sid" in value:
        return str(value["Sid"])
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= MAX_SHOWN_CHARACTERS else f"{text[:MAX_SHOWN_CHARACTERS]}…"


def _read(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(("{", "[")):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
