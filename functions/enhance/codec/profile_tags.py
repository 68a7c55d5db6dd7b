"""Takes out of an ICC profile what is no colour: private tags and descriptions of the device, with its serial number.

ICC.1:2022 (version 4.4); `bkpt`, `chrm` and `ncol` are those of ICC.1:2001-04 (version 2.4) too.
"""

import hashlib
import struct
from collections.abc import Iterator

# Table 25 and those of version 2, without what only describes the device and its measurement: dmnd, dmdd, targ, pseq,
# psid, calt, tech, vued, meta, and all that is private (Apple's mmod holds a display's serial number).
COLOUR_TAGS = frozenset(
    b"A2B0 A2B1 A2B2 A2B3 B2A0 B2A1 B2A2 B2A3 B2D0 B2D1 B2D2 B2D3 D2B0 D2B1 D2B2 D2B3 "
    b"rXYZ gXYZ bXYZ rTRC gTRC bTRC kTRC wtpt bkpt lumi chad chrm cicp gamt pre0 pre1 pre2 rig0 rig2 "
    b"ciis meas view clro clrt clot ncl2 ncol resp desc cprt".split()
)
NAMES = frozenset({b"desc", b"cprt"})
SIGNATURE, SIGNATURE_AT, TABLE_AT, ENTRY, MAX_TAGS = b"acsp", slice(36, 40), 132, struct.Struct(">4sII"), 200
# The ID is the MD5 of the profile in which these are zero (7.2.18); profiles of version 2 have none.
FLAGS, INTENT, ID = slice(44, 48), slice(64, 68), slice(84, 100)


def without_private_tags(profile: bytes) -> bytes:
    """Return a profile with its colour tags only, empty where it has none.

    Its name (`desc`) and copyright stay: the standard requires them, and people know a profile by its name. A profile
    that holds nothing else stays as it is, to the byte.
    """
    tags = dict(_tags(profile))
    if profile[SIGNATURE_AT] != SIGNATURE or not tags.keys() - NAMES:
        return b""
    smaller = _identified(packed(profile[: TABLE_AT - 4], tags))
    (count,) = struct.unpack_from(">I", profile, TABLE_AT - 4)
    return profile if count == len(tags) and len(smaller) >= len(profile) else smaller


def _tags(profile: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield names and data of the colour tags, in the order of the table; those that are cut short are left out."""
    (count,) = struct.unpack_from(">I", profile, TABLE_AT - 4) if len(profile) >= TABLE_AT else (0,)
    for at in range(TABLE_AT, TABLE_AT + min(count, MAX_TAGS) * ENTRY.size, ENTRY.size):
        name, start, size = ENTRY.unpack_from(profile, at) if at + ENTRY.size <= len(profile) else (b"", 0, 0)
        if name in COLOUR_TAGS and size >= 8 and TABLE_AT <= start <= len(profile) - size:
            yield name, profile[start : start + size]


def packed(header: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Return a profile: its size, a header of 128 bytes, its tags.

    Equal data are stored once (7.3.1), each at a multiple of four bytes.
    """
    starts: dict[bytes, int] = {}
    end = TABLE_AT + len(tags) * ENTRY.size
    for data in tags.values():
        if data not in starts:
            starts[data] = end
            end += len(data) + -len(data) % 4
    table = b"".join(ENTRY.pack(name, starts[data], len(data)) for name, data in tags.items())
    body = b"".join(data + bytes(-len(data) % 4) for data in starts)
    return struct.pack(">I", end) + header[4:] + struct.pack(">I", len(tags)) + table + body


def _identified(profile: bytes) -> bytes:
    if not any(profile[ID]):
        return profile
    content = bytearray(profile)
    for part in (FLAGS, INTENT, ID):
        content[part] = bytes(part.stop - part.start)
    digest = hashlib.md5(content, usedforsecurity=False).digest()
    return profile[: ID.start] + digest + profile[ID.stop :]
