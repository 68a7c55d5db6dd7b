"""Whether what AWS says of a thing is what it should be."""

import json
from typing import Any


def covers(wanted: Any, found: Any) -> bool:
    """Tell whether `found` has all of `wanted`: more keys are fine, documents in texts are read, lists are sets."""
    wanted, found = _read(wanted), _read(found)
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(key in found and covers(wanted[key], found[key]) for key in wanted)
    if isinstance(wanted, list):
        same_length = isinstance(found, list) and len(wanted) == len(found)
        return same_length and all(any(covers(part, other) for other in found) for part in wanted)
    return bool(wanted == found)


def _read(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(("{", "[")):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
