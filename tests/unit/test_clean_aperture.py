"""What a clean aperture hides is not shown: it may have been cropped away for a reason."""

import io

import numpy as np
import pytest
from PIL import Image

from functions.enhance.codec.renditions import Rendition
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import EnhancedPhoto, enhance_photo
from functions.validate.inspect_photo import Limits, inspect_photo
from verification.corpus.boxes import HEIC, clap, with_properties

# Secret red around the part that is shown: green, and blue in its upper left corner.
SIZE, APERTURE = (192, 128), (48, 32, 112, 64)
CLAP = (b"clap", clap(64, 32, across=(-16, 1), down=(-16, 1)))
RED, GREEN, BLUE = (220, 20, 20), (20, 200, 20), (20, 20, 220)


def scene() -> Image.Image:
    picture = Image.new("RGB", SIZE, RED)
    picture.paste(GREEN, APERTURE)
    picture.paste(BLUE, (48, 32, 64, 48))
    return picture


def avif(*properties: tuple[bytes, bytes], mode: str = "RGB") -> bytes:
    body = io.BytesIO()
    scene().convert(mode).save(body, "AVIF", quality=95, subsampling="4:4:4")
    return with_properties(body.getvalue(), *properties)


def through(body: bytes) -> tuple[tuple[int, int], EnhancedPhoto]:
    facts = inspect_photo(io.BytesIO(body), size_bytes=len(body), limits=Limits(10**6, 10**6, 1))
    thumb = Rendition(name="thumb", longest_edge_pixels=32, format="png")
    photo = enhance_photo(io.BytesIO(body), max_pixels=10**6, control=Control("none"), renditions=[thumb])
    return (facts.width, facts.height), photo


def levels(body: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.asarray(Image.open(io.BytesIO(body)).convert("RGB")).astype(float)


@pytest.mark.parametrize(
    ("turns", "size", "corner"),
    [
        ([], (64, 32), (2, 2)),
        ([(b"irot", b"\0")], (64, 32), (2, 2)),
        # Anticlockwise: the upper left corner goes to the lower left, then to the lower right.
        ([(b"irot", b"\1")], (32, 64), (-3, 2)),
        ([(b"irot", b"\2")], (64, 32), (-3, -3)),
        ([(b"irot", b"\3")], (32, 64), (2, -3)),
        ([(b"imir", b"\1")], (64, 32), (2, -3)),
        ([(b"imir", b"\0")], (64, 32), (-3, 2)),
        ([(b"irot", b"\1"), (b"imir", b"\1")], (32, 64), (-3, -3)),
    ],
)
def test_a_copy_shows_only_the_aperture_however_it_is_turned(
    turns: list[tuple[bytes, bytes]], size: tuple[int, int], corner: tuple[int, int]
) -> None:
    validated, photo = through(avif(CLAP, *turns))
    assert validated == (photo.width, photo.height) == size
    shown = levels(photo.body)
    assert shown.shape[1::-1] == size
    # No red anywhere.
    assert shown[..., 0].max() < 100
    assert np.abs(shown[corner] - BLUE).max() < 60
    assert levels(photo.renditions["thumb"].body)[..., 0].max() < 100


def test_alpha_is_cropped_too() -> None:
    validated, photo = through(avif(CLAP, mode="RGBA"))
    assert validated == (photo.width, photo.height) == (64, 32)
    assert Image.open(io.BytesIO(photo.body)).size == (64, 32)


def test_an_aperture_that_cannot_be_applied_changes_nothing() -> None:
    validated, photo = through(avif((b"clap", clap(0, 0))))
    assert validated == (photo.width, photo.height) == SIZE


def test_libheif_has_cropped_a_heic_already() -> None:
    assert through(HEIC)[0] == (48, 64)
