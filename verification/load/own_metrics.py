"""The metrics that functions have printed in CloudWatch's embedded metric format."""

from __future__ import annotations

import json
from collections.abc import Iterable

# A series is a metric's name with the values of its dimensions; CloudWatch charges for each.
Series = tuple[str, tuple[tuple[str, str], ...]]


def own_metrics(lines: Iterable[str]) -> set[Series]:
    """Return every series that the lines hold a value of."""
    return {series for line in lines if '"CloudWatchMetrics"' in line for series in _series(line)}


def _series(line: str) -> set[Series]:
    document = json.loads(line)
    return {
        (metric["Name"], tuple((name, str(document[name])) for name in sorted(dimensions)))
        for directive in document["_aws"]["CloudWatchMetrics"]
        for dimensions in directive["Dimensions"]
        for metric in directive["Metrics"]
    }
