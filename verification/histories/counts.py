"""How much the stateful tests have tried, for the table at the end of the run."""

from collections import Counter

COUNTS: Counter[str] = Counter()
EFFORTS = (
    "histories",
    "uploads",
    "deletions",
    "events",
    "executions",
    "redrives",
    "re-runs by operators",
    "re-runs interrupted",
    "backfills planned",
    "photos of backfills",
    "executions stopped",
    "leases run out",
    "ends delivered to the backstop",
    "ends lost",
    "calls in turn",
    "records checked",
)
