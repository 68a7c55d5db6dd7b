"""HEVC pictures of raw samples (I_PCM), so that what a HEIC holds is known to the level, and needs no encoder.

ITU-T H.265: every block of 32 x 32 samples is a slice of its own. Then the arithmetic coder has only two bits to say
before the samples and one after them, always the same: part_mode and pcm_flag, and end_of_slice_segment_flag.
"""

import re
import struct
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.uint16]

BLOCK = 32
VPS, SPS, PPS, IDR = 32, 33, 34, 20
MAIN, MAIN_10, RANGE_EXTENSIONS = 1, 2, 4
LEVEL_3_1 = 93
# By chroma_format_idc: how many columns and rows of luma share a sample of colour.
SHARED = {0: (1, 1), 1: (2, 2), 2: (2, 1), 3: (1, 1)}
BEFORE_SAMPLES, AFTER_SAMPLES = b"\x86\x80", b"\xfe\x80"


def _u(value: int, bits: int = 1) -> str:
    return f"{value:0{bits}b}"


def _ue(*values: int) -> str:
    """Return Exp-Golomb codes (9.2)."""
    return "".join("0" * (len(f"{value + 1:b}") - 1) + f"{value + 1:b}" for value in values)


def _bytes(bits: str, *, is_payload: bool = True) -> bytes:
    bits += "1" * is_payload
    return int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8))


def _nal(kind: int, payload: bytes) -> bytes:
    """Return a unit, with a byte 3 wherever its content could be taken for the start of another (7.4.2)."""
    return bytes([kind << 1, 1]) + re.sub(rb"\0\0(?=[\0-\3])", b"\0\0\3", payload)


def profile_of(idc: int, depth: int) -> int:
    """Return the profile of a chroma format and bit depth."""
    return (MAIN if depth == 8 else MAIN_10) if idc == 1 and depth <= 10 else RANGE_EXTENSIONS


def _profile_tier_level(idc: int, depth: int) -> str:
    profile = profile_of(idc, depth)
    return _u(profile, 8) + _u(1 << (31 - profile), 32) + "1001" + "0" * 44 + _u(LEVEL_3_1, 8)


def parameter_sets(size: tuple[int, int], idc: int, depth: int) -> dict[int, bytes]:
    """Return the units that describe a picture of this width and height, chroma format and bit depth."""
    level, one_picture = _profile_tier_level(idc, depth), "1" + _ue(0, 0, 0)
    vps = "0000" + "11" + _u(0, 6) + "000" + "1" + _u(0xFFFF, 16) + level + one_picture + _u(0, 6) + _ue(0) + "00"
    sps = "0000" + "000" + "1" + level + _ue(0, idc) + "0" * (idc == 3) + _ue(*size) + "0"
    sps += _ue(depth - 8, depth - 8, 0) + one_picture
    # Blocks of 32, transforms of 4 to 32; no scaling lists, no asymmetric partitions, no sample adaptive offset.
    sps += _ue(2, 0, 0, 3, 0, 0) + "000"
    sps += "1" + _u(depth - 1, 4) * 2 + _ue(2, 0) + "1" + _ue(0) + "000" + "00"
    # Deblocking is off, within pictures and across slices.
    pps = _ue(0, 0) + "00" + "000" + "00" + _ue(0, 0, 0) + "000" + _ue(0, 0) + "0" + "00" + "0" + "00" + "0"
    pps += "101" + "00" + _ue(0) + "00"
    return {kind: _nal(kind, _bytes(bits)) for kind, bits in ((VPS, vps), (SPS, sps), (PPS, pps))}


def slices(planes: Sequence[Samples], idc: int, depth: int) -> Iterator[bytes]:
    """Yield the units of a picture: one plane of whole blocks, or three, those of colours with fewer samples."""
    rows, columns = planes[0].shape
    across, down = SHARED[idc]
    blocks = [(top, left) for top in range(0, rows, BLOCK) for left in range(0, columns, BLOCK)]
    for number, (top, left) in enumerate(blocks):
        address = _u(number, (len(blocks) - 1).bit_length()) if number else ""
        header = _bytes(("0" if number else "1") + "0" + _ue(0) + address + _ue(2) + _ue(0))
        luma = planes[0][top : top + BLOCK, left : left + BLOCK]
        area = np.s_[top // down : (top + BLOCK) // down, left // across : (left + BLOCK) // across]
        samples = np.concatenate([luma.ravel(), *(plane[area].ravel() for plane in planes[1:])])
        yield _nal(IDR, header + BEFORE_SAMPLES + _packed(samples, depth) + AFTER_SAMPLES)


def _packed(samples: Samples, depth: int) -> bytes:
    bits = (samples[:, None] >> np.arange(depth - 1, -1, -1, dtype=np.uint16)) & 1
    return np.packbits(bits.astype(np.uint8)).tobytes()


def configuration(sets: dict[int, bytes], idc: int, depth: int) -> bytes:
    """Return the content of the box hvcC (ISO/IEC 14496-15, 8.3.3.1)."""
    profile = profile_of(idc, depth)
    head = struct.pack(">BBI6sB", 1, profile, 1 << (31 - profile), b"\x90\0\0\0\0\0", LEVEL_3_1)
    head += struct.pack(">HBBBBHBB", 0xF000, 0xFC, 0xFC | idc, 0xF8 | depth - 8, 0xF8 | depth - 8, 0, 0x0F, len(sets))
    return head + b"".join(struct.pack(">BHH", 0x80 | kind, 1, len(unit)) + unit for kind, unit in sets.items())
