"""Datasets of an IPTC record (IIM 4.2), and the Photoshop resources that hold it, whatever lies around them."""

import re
from collections import defaultdict
from collections.abc import Iterator

from functions.enhance.codec.texts import text_of

Dataset = tuple[int, int]
# Datasets of the envelope record, 1, and of the application record, 2.
CHARACTER_SET, BY_LINE, COPYRIGHT_NOTICE, DATE_CREATED, TIME_CREATED = (1, 90), (2, 80), (2, 116), (2, 55), (2, 60)
WANTED = frozenset({CHARACTER_SET, BY_LINE, COPYRIGHT_NOTICE, DATE_CREATED, TIME_CREATED})
UTF_8 = b"\x1b%G"
MARK, LONGEST_RECORD, MAX_VALUES = b"\x1c", 9, 20
# The signature of a resource, and the number of IPTC's.
RESOURCE, MAX_RESOURCES = re.compile(rb"8BIM\x04\x04"), 16


def records(block: bytes) -> Iterator[bytes]:
    """Yield the IPTC records in a block: those of its Photoshop resources, else the block itself.

    The resources are searched for, not walked: one of a wrong length would hide those behind it.
    """
    if b"8BIM" not in block:
        yield block
    for match in list(RESOURCE.finditer(block))[:MAX_RESOURCES]:
        # A name with its length, padded to an even number of bytes, then the size of the data.
        name_length = block[match.end()] if match.end() < len(block) else 0
        start = match.end() + (name_length + 2) // 2 * 2 + 4
        yield block[start : start + int.from_bytes(block[start - 4 : start])]


def datasets(record: bytes) -> dict[Dataset, list[str]]:
    """Return the wanted datasets of a record as texts; what is empty, cut short or between them is left out."""
    found: dict[Dataset, list[bytes]] = defaultdict(list)
    for dataset, value in _values(record):
        if dataset in WANTED and value.strip(b"\0 ") and len(found[dataset]) < MAX_VALUES:
            found[dataset].append(value)
    is_utf_8 = UTF_8 in found.pop(CHARACTER_SET, [])
    return {dataset: [text_of(value, is_utf_8=is_utf_8) for value in values] for dataset, values in found.items()}


def _values(record: bytes) -> Iterator[tuple[Dataset, bytes]]:
    at = record.find(MARK)
    while 0 <= at <= len(record) - 5:
        start, size = at + 5, int.from_bytes(record[at + 3 : at + 5])
        if size & 0x8000:
            # The size itself has so many bytes (IIM 1.5.c).
            start, size = start + (size & 0x7FFF), int.from_bytes(record[start : start + min(size & 0x7FFF, 8)])
        if 1 <= record[at + 1] <= LONGEST_RECORD and start + size <= len(record):
            yield (record[at + 1], record[at + 2]), record[start : start + size]
            at = record.find(MARK, start + size)
        else:
            at = record.find(MARK, at + 1)
