"""How coarsely a lossy WebP is quantized, read from the header of its frame (RFC 6386, 9.2 to 9.6 and 7.3)."""

from math import exp, log

HEADER_BYTES, START_CODE = 10, b"\x9d\x01\x2a"
SEGMENTS, HALF, TOP = 4, 128, 127


class _BoolDecoder:
    """The arithmetic decoder of RFC 6386, 7.3; zeros follow the end."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 2
        self.value, self.range, self.shifted = int.from_bytes(data[:2].ljust(2, b"\0")), 255, 0

    def flag(self) -> int:
        """Return the next bit, both values of which are equally likely."""
        split = 1 + ((self.range - 1) * HALF >> 8)
        found = int(self.value >= split << 8)
        self.value, self.range = (self.value - (split << 8), self.range - split) if found else (self.value, split)
        while self.range < HALF:
            self.value, self.range, self.shifted = self.value << 1, self.range << 1, self.shifted + 1
            if self.shifted == 8:
                self.value |= self.data[self.at] if self.at < len(self.data) else 0
                self.at, self.shifted = self.at + 1, 0
        return found

    def number(self, bits: int) -> int:
        """Return an unsigned number, the highest bit first."""
        value = 0
        for _ in range(bits):
            value = value << 1 | self.flag()
        return value

    def optional(self, bits: int) -> int | None:
        """Return a signed number; None where there is none."""
        if not self.flag():
            return None
        value = self.number(bits)
        return -value if self.flag() else value


def quantizer_of(frame: bytes) -> float | None:
    """Return the quantizer, 0 to 127, of a key frame given its first bytes; None if it is none.

    Of several segments it is the mean, in the terms in which an encoder spreads them around the one it was asked for.
    """
    if len(frame) <= HEADER_BYTES or frame[0] & 1 or frame[3:6] != START_CODE:
        return None
    bits = _BoolDecoder(frame[HEADER_BYTES:])
    bits.number(2)
    is_absolute, offsets, shares = _segments(bits) if bits.flag() else (False, [0], [1.0])
    _pass_loop_filter(bits)
    bits.number(2)
    base = bits.number(7)
    finest = (min(max(value if is_absolute else base + value, 0), TOP) for value in offsets)
    logarithms = (log(max(1 - value / TOP, 0.5 / TOP)) for value in finest)
    return TOP * (1 - exp(sum(share * value for share, value in zip(shares, logarithms, strict=True))))


def _segments(bits: _BoolDecoder) -> tuple[bool, list[int], list[float]]:
    """Return whether the segments' quantizers stand alone or are added to the frame's, these, and the areas' shares."""
    has_map, has_features = bits.flag(), bits.flag()
    is_absolute, found = False, [0] * SEGMENTS
    if has_features:
        is_absolute = bool(bits.flag())
        found = [bits.optional(7) or 0 for _ in range(SEGMENTS)]
        for _ in range(SEGMENTS):
            bits.optional(6)
    if not has_map:
        return is_absolute, found, [1.0, 0.0, 0.0, 0.0]
    low, first, third = (bits.number(8) / 255 if bits.flag() else 1.0 for _ in range(SEGMENTS - 1))
    return is_absolute, found, [low * first, low * (1 - first), (1 - low) * third, (1 - low) * (1 - third)]


def _pass_loop_filter(bits: _BoolDecoder) -> None:
    bits.number(1 + 6 + 3)
    if bits.flag() and bits.flag():
        for _ in range(2 * SEGMENTS):
            bits.optional(6)
