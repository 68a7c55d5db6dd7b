"""A file over anything that can fetch a range of bytes."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

FIRST_BLOCK_BYTES = 64 * 2**10
LARGEST_BLOCK_BYTES = 8 * 2**20
CACHED_BLOCKS = 8


class _Block(NamedTuple):
    start: int
    data: bytes

    @property
    def end(self) -> int:
        return self.start + len(self.data)


class RangeReader(io.RawIOBase):
    """A raw, seekable file of `size_bytes` over `fetch(start, length)`, which returns exactly `length` bytes.

    Reading on at one place fetches in blocks that double from FIRST_BLOCK_BYTES to LARGEST_BLOCK_BYTES; readall fetches
    the rest at once. The last few blocks are kept, for parsers go back and forth.
    """

    def __init__(self, fetch: Callable[[int, int], bytes], size_bytes: int) -> None:
        super().__init__()
        self.bytes_fetched = 0
        self._fetch = fetch
        self._size_bytes = size_bytes
        self._position = 0
        self._blocks: deque[_Block] = deque(maxlen=CACHED_BLOCKS)

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move, also beyond the end, where there is nothing to read."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size_bytes}[whence]
        if origin + offset < 0:
            raise ValueError(f"Position {origin + offset} lies before the start.")
        self._position = origin + offset
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer as far as one block goes; return how many bytes that is, 0 at the end."""
        view = memoryview(buffer).cast("B")
        data = self._read_block(len(view))
        view[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        """Return everything from here to the end."""
        parts = []
        while part := self._read_block(self._size_bytes):
            parts.append(part)
        return b"".join(parts)

    def _read_block(self, wanted_bytes: int) -> bytes:
        wanted_bytes = min(wanted_bytes, self._size_bytes - self._position)
        if wanted_bytes <= 0:
            return b""
        block = self._cached() or self._fetched(wanted_bytes)
        offset = self._position - block.start
        data = block.data[offset : offset + wanted_bytes]
        self._position += len(data)
        return data

    def _cached(self) -> _Block | None:
        return next((block for block in self._blocks if block.start <= self._position < block.end), None)

    def _fetched(self, wanted_bytes: int) -> _Block:
        read_on = next((block for block in self._blocks if block.end == self._position), None)
        block_bytes = min(2 * len(read_on.data), LARGEST_BLOCK_BYTES) if read_on else FIRST_BLOCK_BYTES
        length = min(max(block_bytes, wanted_bytes), self._size_bytes - self._position)
        block = _Block(self._position, self._fetch(self._position, length))
        self.bytes_fetched += length
        self._blocks.appendleft(block)
        return block
