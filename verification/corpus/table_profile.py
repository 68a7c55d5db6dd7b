"""A profile made of a table, as XYB JPEGs have one."""

import struct

import numpy as np

from verification.corpus.colour_spaces import SRGB


def with_tags(profile: bytes, changed: dict[bytes, bytes]) -> bytes:
    """Return a profile in which tags are replaced or added."""
    (count,) = struct.unpack_from(">I", profile, 128)
    entries = [struct.unpack_from(">4sII", profile, 132 + 12 * at) for at in range(count)]
    tags = {**{tag: profile[start : start + size] for tag, start, size in entries}, **changed}
    table, body = struct.pack(">I", len(tags)), b""
    for tag, data in tags.items():
        table += tag + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    whole = profile[:128] + table + body
    return struct.pack(">I", len(whole)) + whole[4:]


def turning(profile: bytes) -> bytes:
    """Return a profile made of a table: red, green and blue change places, as in an XYB JPEG they are no colours."""
    corners = np.stack(np.meshgrid([0.0, 1], [0, 1], [0, 1], indexing="ij"), axis=-1).reshape(-1, 3)
    xyz = corners[:, [1, 2, 0]] @ np.array(
        [[0.4361, 0.2225, 0.0139], [0.3851, 0.7169, 0.0971], [0.1431, 0.0606, 0.7141]]
    )
    grid = np.rint(xyz / (1 + 32767 / 32768) * 65535).astype(int).ravel()
    tag = b"mft2" + struct.pack(">4x4B9i2H", 3, 3, 2, 0, *(65536, 0, 0, 0, 65536, 0, 0, 0, 65536), 33, 2)
    curve = np.rint(SRGB.light(np.linspace(0, 1, 33)) * 65535).astype(int)
    tag += struct.pack(f">{3 * 33}H", *curve, *curve, *curve) + struct.pack(f">{len(grid)}H", *grid)
    return with_tags(profile, {b"A2B0": tag + struct.pack(">6H", 0, 65535, 0, 65535, 0, 65535)})
