"""The write units that DynamoDB charges for the changes of a record, its indexes included.

A write costs a unit for each KB begun, of the record before or after, whichever is larger. An index costs the same for
what it holds of the record: one write where it appears, disappears or changes, two where its key changes
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from darkroom.packaging.table_indexes import KEY, index_facts

UNIT_BYTES = 1024
Record = Mapping[str, Any]


def write_units(states: Iterable[Record]) -> int:
    """Return the units for a record's states, oldest first, from where there was none."""
    indexes = index_facts().values()
    return sum(_of_change(before, after, indexes) for before, after in pairwise([{}, *states]))


def _of_change(before: Record, after: Record, indexes: Iterable[Mapping[str, str]]) -> int:
    return max(_units(before), _units(after)) + sum(_of_index(before, after, index) for index in indexes)


def _of_index(before: Record, after: Record, index: Mapping[str, str]) -> int:
    old, new = _entry(before, index), _entry(after, index)
    if old == new:
        return 0
    keys = [[entry.get(index[name]) for name in ("hash_key", "range_key")] for entry in (old, new)]
    if old and new and keys[0] == keys[1]:
        return max(_units(old), _units(new))
    return _units(old) + _units(new)


def _entry(record: Record, index: Mapping[str, str]) -> Record:
    keys = (index["hash_key"], index["range_key"])
    if not all(key in record for key in keys):
        return {}
    return record if index["projection"] == "ALL" else {name: record[name] for name in (*keys, KEY)}


def _units(record: Record) -> int:
    return -(-_size(record) // UNIT_BYTES) if record else 0


def _size(record: Record) -> int:
    """Return a record's bytes, names included, as JSON: a little more than DynamoDB counts."""
    return len(json.dumps(record, default=str, ensure_ascii=False).encode())
