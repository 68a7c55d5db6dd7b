"""Finds zeros where a JPEG's pixels were, as a lost block of a disk or a download leaves them, and which decode.

The first symbol of a Huffman table has the code of zeros only (ITU T.81, Annex C). So a long run of zeros repeats that
symbol, and a sound picture can hold one only where it says "no difference" and "end of block" in every component.
"""

from collections.abc import Iterator

from functions.enhance.codec.jpeg_scans import DHT, MARKER, SOS, segments_of

HOLE = bytes(64)
# A table begins with its class and number, and how many codes there are of each length.
COUNTS, AC = slice(1, 17), 0x10


def has_hole(jpeg: bytes) -> bool:
    """Return whether there are zeros in a scan that its Huffman tables do not allow for."""
    first_symbols: dict[int, int] = {}
    for segment in segments_of(jpeg):
        content = jpeg[segment.start + 4 : segment.stop]
        if segment.marker == DHT:
            first_symbols.update(_first_symbols(content))
        elif segment.marker == SOS:
            following = MARKER.search(jpeg, segment.stop)
            end = following.start() if following else len(jpeg)
            at = jpeg.find(HOLE, segment.stop, end)
            # Zeros up to the end of a scan fill it up, unless pixels are missing, which the decoder notices.
            if at >= 0 and jpeg[at:end].strip(b"\0") and not _may_be_zeros(content, first_symbols):
                return True
    return False


def _first_symbols(tables: bytes) -> Iterator[tuple[int, int]]:
    """Return the first symbol of each table, by its class and number."""
    while len(tables) > COUNTS.stop:
        yield tables[0], tables[COUNTS.stop]
        tables = tables[COUNTS.stop + sum(tables[COUNTS]) :]


def _may_be_zeros(scan: bytes, first_symbols: dict[int, int]) -> bool:
    """Return whether a scan with this header may hold nothing but zeros; what is not known may."""
    components = scan[0] if scan else 0
    tables, frequencies = scan[2 : 2 + 2 * components : 2], scan[1 + 2 * components : 4 + 2 * components]
    if len(frequencies) < 3 or frequencies[2] >> 4:
        # Refinements are bits of their own, of which any number may be zero.
        return True
    has_dc, has_ac = frequencies[0] == 0, frequencies[1] > 0
    differ = has_dc and any(first_symbols.get(table >> 4, 0) for table in tables)
    go_on = has_ac and any(first_symbols.get(AC | table & 0x0F, 0) & 0x0F for table in tables)
    return not differ and not go_on
