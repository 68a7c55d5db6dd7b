"""Compares the corpus, or a folder of files, and prints what differs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from textwrap import shorten

from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from darkroom.command_errors import CommandError
from verification.decoding.comparison import DRAWING, Compared, compare
from verification.decoding.decoding_corpus import decoding_corpus
from verification.decoding.drawing import Sample
from verification.decoding.explanations import ANY, EXPLANATIONS, Known
from verification.decoding.imagemagick import installed
from verification.decoding.libvips import LIBVIPS

LONGEST_TEXT = 100


class UnexplainedError(CommandError):
    """A copy differs from its original in a way that nothing explains: the table says how."""


def print_decoding_run(folder: Path | None, console: Console) -> None:
    """Compare the files of a folder, or the corpus, and print each difference. Raises UnexplainedError."""
    samples = _files_of(folder) if folder else decoding_corpus()
    readers = [LIBVIPS, *installed()]
    rows = [
        compare(name, sample, readers)
        for name, sample in track(samples.items(), "Comparing", console=console, transient=True)
    ]
    console.print(difference_table(rows), highlight=False)
    console.print(summary(rows), highlight=False)
    names = ", ".join(f"{reader.name} {reader.version}" for reader in readers)
    console.print(f"Compared with {names}." + " ImageMagick is not installed." * (len(readers) == 1), highlight=False)
    if not folder:
        for known in unused(rows, [reader.name for reader in readers]):
            console.print(f"This explanation matches nothing: {escape(known.reason)} ({known.format}, {known.reader}).")
    if count := sum(bool(row.unexplained) for row in rows):
        raise UnexplainedError(f"{count} of {len(rows)} files differ in a way that nothing explains.")


def _files_of(folder: Path) -> dict[str, Sample]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): Sample(path.read_bytes) for path in found}


def difference_table(rows: Iterable[Compared]) -> Table:
    """Return a line for each difference, and one for each file that is refused."""
    table = Table("file", "outcome", "as read by", "differs in", "", box=None, header_style="dim", pad_edge=False)
    for row in rows:
        outcome = escape(row.outcome)
        if not row.findings and row.outcome.startswith("refused"):
            table.add_row(escape(row.name), outcome, "", "", "[dim]nobody reads it[/]")
        for finding in row.findings:
            reason = f"[dim]{escape(finding.known.reason)}[/]" if finding.known else "[bold red]unexplained[/]"
            numbers = escape(shorten(f"{finding.difference.property}: {finding.difference.text}", LONGEST_TEXT))
            table.add_row(escape(row.name), outcome, finding.reader, numbers, reason)
    return table


def summary(rows: Sequence[Compared]) -> str:
    """Return how many files differ, and in what."""
    alike = sum(not row.findings and not row.outcome.startswith("refused") for row in rows)
    refused = sum(row.outcome.startswith("refused") for row in rows)
    counts = Counter(finding.difference.property for row in rows for finding in row.findings if finding.known)
    explained = ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"
    unexplained = sum(len(row.unexplained) for row in rows)
    return (
        f"{len(rows)} files: {alike} look alike to all, {refused} are refused. "
        f"Differences with a reason: {explained}. Without one: {unexplained}."
    )


def unused(rows: Iterable[Compared], readers: Sequence[str]) -> list[Known]:
    """Return the explanations, of programs that took part, that nothing needed."""
    needed = {finding.known for row in rows for finding in row.findings}
    took_part = {ANY, DRAWING, *readers}
    return [known for known in EXPLANATIONS if known not in needed and known.reader in took_part]
