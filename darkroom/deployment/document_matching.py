"""Whether what AWS says of a thing is what it should be.

deploy.sh runs this for each thing (`… document_matching WANTED <ANSWER`), so it imports as little as it can.
"""

import json
import sys
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


def main() -> int:
    """Compare the answer on standard input with a file; the status is 0 if it has all of that, else 3.

    Not 1, which is Python's own of a traceback.
    """
    with open(sys.argv[1], encoding="utf-8") as wanted:  # noqa: PTH123 - pathlib takes longer to import than to compare
        return 0 if covers(json.load(wanted), json.load(sys.stdin)) else 3


if __name__ == "__main__":
    sys.exit(main())
