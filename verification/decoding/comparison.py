"""Compares one file with its copy: as it was drawn, and as each program reads the two."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from darkroom.packaging.repository import function_definition
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import EnhancedPhoto, enhance_photo
from functions.shared.errors import DarkroomError
from functions.shared.imaging.signatures import HEAD_BYTES, identify
from verification.decoding.disagreements import LOSSLESS, LOSSY, Difference, differences
from verification.decoding.drawing import Sample
from verification.decoding.explanations import NO_PHOTO, Known, explanations_of
from verification.decoding.libvips import LIBVIPS
from verification.decoding.readings import Reader, UnreadError

DRAWING = "the drawing"
LOSSLESS_WEBP = b"VP8L"


@dataclass(frozen=True)
class Finding:
    """A difference between a file as a program reads it and its copy, and what explains it."""

    reader: str
    difference: Difference
    known: Known | None


@dataclass(frozen=True)
class Compared:
    """A file, what became of it ("JPEG -> PNG", or "refused: " and why), and how that differs from others."""

    name: str
    format: str
    outcome: str
    findings: tuple[Finding, ...]

    @property
    def unexplained(self) -> tuple[Finding, ...]:
        """What nothing explains."""
        return tuple(finding for finding in self.findings if finding.known is None)


def compare(name: str, sample: Sample, readers: Sequence[Reader]) -> Compared:
    """Make a copy without edits, and compare it with what each program reads in the file."""
    body = sample.make()
    copy = _copied(body)
    drawn = [Reader(DRAWING, "", lambda _: shows)] if (shows := sample.shows) else []
    known_format = _format_of(body)
    findings = tuple(
        Finding(reader.name, difference, _explained(reader.name, known_format, body, difference, copy))
        for reader in (*drawn, *readers)
        for difference in _differences(body, copy, reader)
    )
    outcome = f"refused: {copy}" if isinstance(copy, DarkroomError) else f"{known_format} -> {copy.format}"
    return Compared(name, known_format, outcome, findings)


@cache
def _limits() -> tuple[int, int]:
    """Return the limits of pixels and frames that a deployment has."""
    environment = function_definition("enhance").environment
    return int(environment["MAX_PIXELS"]), int(environment["MAX_FRAMES"])


def _copied(body: bytes) -> EnhancedPhoto | DarkroomError:
    try:
        max_pixels, max_frames = _limits()
        return enhance_photo(io.BytesIO(body), max_pixels=max_pixels, max_frames=max_frames, control=Control("none"))
    except DarkroomError as error:
        return error


def _format_of(body: bytes) -> str:
    try:
        return identify(body[:HEAD_BYTES]).name
    except DarkroomError:
        return NO_PHOTO


def _differences(body: bytes, copy: EnhancedPhoto | DarkroomError, reader: Reader) -> Iterator[Difference]:
    try:
        original = reader.read(body)
    except UnreadError as error:
        if isinstance(copy, EnhancedPhoto):
            yield Difference("unread", str(error))
        return
    if isinstance(copy, DarkroomError):
        yield Difference("refused", "it reads a picture of {} x {}".format(*original.size))
        return
    copied = (LIBVIPS if reader.name == DRAWING else reader).read(copy.body)
    yield from differences(original, copied, _bounds(copy))


def _bounds(copy: EnhancedPhoto) -> tuple[float, float]:
    is_lossless = copy.format == "PNG" or (copy.format == "WEBP" and LOSSLESS_WEBP in copy.body[:256])
    return LOSSLESS if is_lossless else LOSSY


def _explained(
    reader: str, file_format: str, body: bytes, difference: Difference, copy: EnhancedPhoto | DarkroomError
) -> Known | None:
    said = copy.dropped if isinstance(copy, EnhancedPhoto) else (str(copy),)
    words = " ".join((difference.text, *said))
    found = explanations_of(reader, file_format, body)
    return next((known for known in found if known.explains(difference.property, words)), None)
