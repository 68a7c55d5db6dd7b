"""What is shown fits the width of a terminal, and no word of it is broken: tables become blocks, sentences wrap."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.table import Column, Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType

CUT = "…"
INDENT = 2


@dataclass(frozen=True)
class FittingTable:
    """A table where it fits; else a block for each row: its first cell, and below it the others with their titles."""

    table: Table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Yield the table or the blocks."""
        if _least_width(self.table) <= options.max_width:
            yield self.table
            return
        for cells in zip(*(column.cells for column in self.table.columns), strict=True):
            yield from _block(self.table.columns, list(map(_text, cells)), options.max_width)


@dataclass(frozen=True)
class Sentence:
    """Words that wrap between words on a terminal, and stay on one line, for grep, in a file or a pipe.

    A word that is longer than the line, such as an ARN or a link, stays whole, so that it can be copied.
    """

    words: Text
    indent: int = 0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Yield the lines."""
        width = options.max_width - self.indent
        lines = wrapped(self.words, width) if console.is_terminal else [self.words]
        yield from (Text(" " * self.indent).append_text(line) for line in lines)


def wrapped(words: Text, width: int) -> list[Text]:
    """Return a text in lines of at most so many cells; a longer word has a line of its own."""
    breaks, used = [], 0
    for found in re.finditer(r"\S+\s*", words.plain):
        if used and used + cell_len(found[0].rstrip()) > width:
            breaks.append(found.start())
            used = 0
        used += cell_len(found[0])
    lines = list(words.divide(breaks))
    for line in lines:
        line.rstrip()
    return lines


def shortened(words: str, cells: int) -> str:
    """Return the words, their middle cut out where they take more cells: a key's beginning and end tell it."""
    if cell_len(words) <= cells:
        return words
    beginning = _beginning(words, (cells - cell_len(CUT)) // 2)
    end = _beginning(words[::-1], cells - cell_len(CUT) - cell_len(beginning))[::-1]
    return f"{beginning}{CUT}{end}"


def _beginning(words: str, cells: int) -> str:
    """Return as many characters as fit into the cells; wide ones take two."""
    return words[: bisect_right(list(accumulate(map(cell_len, words))), cells)]


def _text(cell: RenderableType) -> Text:
    return cell if isinstance(cell, Text) else Text.from_markup(str(cell))


def _least_width(table: Table) -> int:
    """Return the cells that a table takes at least if no word of it is broken."""
    right = table.padding[1]
    return sum(_least_width_of(column) + right for column in table.columns) - right


def _least_width_of(column: Column) -> int:
    texts = [_text(cell).plain for cell in (column.header, *column.cells)]
    parts = texts if column.no_wrap else [word for text in texts for word in text.split()]
    return max(map(cell_len, parts), default=0)


def _block(columns: list[Column], cells: list[Text], width: int) -> Iterator[Text]:
    first, *others = cells
    yield Text(shortened(first.plain, width), style=first.style)
    # One cell is for the comma.
    pairs = zip(columns[1:], others, strict=True)
    named = [_named(column, _cut(cell, width - INDENT - 1)) for column, cell in pairs if cell.plain]
    for line in wrapped(Text(", ").join(named), width - INDENT):
        yield Text(" " * INDENT).append_text(line)


def _named(column: Column, cell: Text) -> Text:
    title = _text(column.header).plain
    return Text.assemble((f"{title} ", "dim"), cell) if title else cell


def _cut(text: Text, cells: int) -> Text:
    """Return a text whose words are no longer than a line."""
    if max(map(cell_len, text.plain.split()), default=0) <= cells:
        return text
    return Text(re.sub(r"\S+", lambda word: shortened(word[0], cells), text.plain), style=text.style)
