"""The corpus: format by mode, depth, orientation and colours, made anew at each run."""

from collections.abc import Callable, Iterator
from itertools import chain

from verification.decoding.boxed_samples import boxed_samples
from verification.decoding.drawing import Sample
from verification.decoding.jpeg_samples import jpeg_samples
from verification.decoding.png_samples import png_samples
from verification.decoding.still_samples import still_samples
from verification.decoding.tiff_samples import tiff_samples

MAKERS: tuple[Callable[[], Iterator[tuple[str, Sample]]], ...] = (
    jpeg_samples, png_samples, tiff_samples, still_samples, boxed_samples,
)  # fmt: skip


def decoding_corpus() -> dict[str, Sample]:
    """Return each file by its name; it is made when asked for."""
    return dict(chain.from_iterable(maker() for maker in MAKERS))
