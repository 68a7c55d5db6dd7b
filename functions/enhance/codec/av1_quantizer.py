"""How coarsely a still picture of AV1 is quantized, by its headers (AV1 Bitstream Specification, 5.5 and 5.9)."""

from dataclasses import dataclass

SEQUENCE_HEADER, FRAME_HEADER, FRAME = 1, 3, 6
KEY_FRAME = 0
# The flag means that each frame chooses.
CHOSEN_BY_FRAME = 2
MAX_UNITS = 64
# Limits of a tile: edge and area in pixels; and how many columns or rows of tiles.
TILE_EDGE, TILE_AREA, MAX_TILES = 4096, 4096 * 2304, 64


class _UnreadError(Exception):
    """The headers use what no still picture needs."""


class _Bits:
    """Reads whole numbers bit by bit, the highest first; raises _UnreadError at the end."""

    def __init__(self, data: bytes) -> None:
        self.number, self.left = int.from_bytes(data), 8 * len(data)

    def read(self, count: int = 1) -> int:
        self.left -= count
        if self.left < 0:
            raise _UnreadError
        return self.number >> self.left & (1 << count) - 1

    def refuse(self, count: int = 1) -> None:
        """Raise _UnreadError unless the next bits are 0."""
        if self.read(count):
            raise _UnreadError


@dataclass(frozen=True)
class _Sequence:
    """What the sequence header says that the way to the quantizer depends on."""

    is_reduced: bool
    size_bits: tuple[int, int]
    size: tuple[int, int]
    frame_id_bits: int
    has_large_blocks: bool
    screen_content: int
    integer_motion: int
    order_hint_bits: int
    has_superres: bool


def quantizer_index(data: bytes) -> int | None:
    """Return the quantizer, 0 (lossless) to 255, of the first frame of an AV1 stream; None where it cannot be read."""
    try:
        sequence = None
        for kind, content in _units(data):
            if kind == SEQUENCE_HEADER:
                sequence = _sequence(_Bits(content[:128]))
            elif kind in {FRAME_HEADER, FRAME} and sequence:
                return _frame_quantizer(_Bits(content[:128]), sequence)
    except _UnreadError:
        pass
    return None


def _units(data: bytes) -> list[tuple[int, bytes]]:
    """Return type and content of the first units; those without a size of their own reach to the end (5.3)."""
    found: list[tuple[int, bytes]] = []
    at = 0
    while at < len(data) and len(found) < MAX_UNITS:
        head = data[at]
        at += 2 if head & 0b100 else 1
        size = len(data) - at
        if head & 0b10:
            size, at = _leb128(data, at)
        found.append((head >> 3 & 15, data[at : at + size]))
        at += size
    return found


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for nth in range(8):
        byte = data[at + nth : at + nth + 1] or b"\0"
        value |= (byte[0] & 127) << 7 * nth
        if not byte[0] & 128:
            return value, at + nth + 1
    raise _UnreadError


def _sequence(bits: _Bits) -> _Sequence:
    bits.read(4)
    is_reduced = bool(bits.read())
    if is_reduced:
        bits.read(5)
    else:
        _pass_operating_points(bits)
    across, down = bits.read(4) + 1, bits.read(4) + 1
    size = bits.read(across) + 1, bits.read(down) + 1
    frame_id_bits = 0
    if not is_reduced and bits.read():
        frame_id_bits = bits.read(4) + 2
        frame_id_bits += bits.read(3) + 1
    has_large_blocks = bool(bits.read())
    bits.read(2)
    tools = (CHOSEN_BY_FRAME, CHOSEN_BY_FRAME, 0) if is_reduced else _tools(bits)
    return _Sequence(is_reduced, (across, down), size, frame_id_bits, has_large_blocks, *tools, bool(bits.read()))


def _pass_operating_points(bits: _Bits) -> None:
    bits.refuse()  # Timing belongs to videos.
    has_delay = bits.read()
    for _ in range(bits.read(5) + 1):
        bits.read(12)
        if bits.read(5) > 7:
            bits.read()
        if has_delay and bits.read():
            bits.read(4)


def _tools(bits: _Bits) -> tuple[int, int, int]:
    """Return whether frames have screen content and whole-pixel motion, and the bits of their order hints."""
    bits.read(4)
    has_order = bits.read()
    if has_order:
        bits.read(2)
    screen_content = CHOSEN_BY_FRAME if bits.read() else bits.read()
    integer_motion = CHOSEN_BY_FRAME if not screen_content or bits.read() else bits.read()
    return screen_content, integer_motion, bits.read(3) + 1 if has_order else 0


def _frame_quantizer(bits: _Bits, sequence: _Sequence) -> int:
    if not sequence.is_reduced:
        bits.refuse()
        if bits.read(2) != KEY_FRAME or not bits.read():
            raise _UnreadError
    disables_updates = bits.read()
    has_screen_content = sequence.screen_content
    if has_screen_content == CHOSEN_BY_FRAME:
        has_screen_content = bits.read()
    if has_screen_content and sequence.integer_motion == CHOSEN_BY_FRAME:
        bits.read()
    bits.read(sequence.frame_id_bits)
    has_own_size = not sequence.is_reduced and bits.read()
    bits.read(sequence.order_hint_bits)
    width, height = (bits.read(count) + 1 for count in sequence.size_bits) if has_own_size else sequence.size
    if sequence.has_superres:
        bits.refuse()
    if bits.read():
        bits.read(32)
    if has_screen_content:
        bits.read()
    if not sequence.is_reduced and not disables_updates:
        bits.read()
    _pass_tiles(bits, width, height, 7 if sequence.has_large_blocks else 6)
    return bits.read(8)


def _pass_tiles(bits: _Bits, width: int, height: int, block_shift: int) -> None:
    """Pass how the picture is divided into tiles (5.9.15), which has to be of one size."""
    columns, rows = (-(-length // (1 << block_shift)) for length in (width, height))
    if not bits.read():
        raise _UnreadError
    fewest_columns = _log2(TILE_EDGE >> block_shift, columns)
    fewest = max(fewest_columns, _log2(TILE_AREA >> 2 * block_shift, rows * columns))
    across = _increased(bits, fewest_columns, _log2(1, min(columns, MAX_TILES)))
    down = _increased(bits, max(fewest - across, 0), _log2(1, min(rows, MAX_TILES)))
    if across or down:
        bits.read(across + down + 2)


def _log2(size: int, target: int) -> int:
    return next(power for power in range(32) if size << power >= target)


def _increased(bits: _Bits, value: int, most: int) -> int:
    while value < most and bits.read():
        value += 1
    return value
