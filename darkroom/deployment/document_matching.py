"""Whether what AWS says of a thing is what it should be.

deploy.sh runs this for each thing (`… document_matching WANTED <ANSWER`), so it imports as little as it can.
"""

import json
import sys

from functions.operate.differences import covers


def main() -> int:
    """Compare the answer on standard input with a file; the status is 0 if it has all of that, else 3.

    Not 1, which is Python's own of a traceback.
    """
    with open(sys.argv[1], encoding="utf-8") as wanted:  # noqa: PTH123 - pathlib takes longer to import than to compare
        return 0 if covers(json.load(wanted), json.load(sys.stdin)) else 3


if __name__ == "__main__":
    sys.exit(main())
