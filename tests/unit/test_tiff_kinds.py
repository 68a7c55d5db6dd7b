"""A TIFF comes out as its samples say, or is refused by its name: kinds of samples and layouts against known pixels."""

import io
import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import enhance_photo
from functions.shared.errors import CorruptImageError, UnsupportedImageError
from functions.validate.inspect_photo import Limits, inspect_photo
from tests.unit.sixteen_bits import samples_of
from verification.corpus.tiff_kinds import (
    ALPHA,
    BLACK_IS_ZERO,
    CMYK,
    DEFLATE,
    FLOAT,
    LAB,
    LONG,
    NONE,
    PALETTE,
    PREMULTIPLIED,
    RGB,
    SHORT,
    SIGNED,
    UNSPECIFIED,
    WHITE_IS_ZERO,
    YCBCR,
    Layout,
    Tags,
    file_of,
    page_of,
    stored,
    tiff_of,
)

Shares = NDArray[np.float64]

ROWS, COLUMNS = 40, 56
DOWN, ACROSS = np.mgrid[0:ROWS, 0:COLUMNS]
SCENE: Shares = np.stack([ACROSS / 60, DOWN / 45, (ACROSS + DOWN) / 110], axis=-1) + 0.05
GREY, OPACITY = SCENE[..., :1], SCENE[..., 2:] / 2 + 0.5
STRIPS: dict[str, Any] = {"rows_per_strip": 16}


def copied(body: bytes) -> Shares:
    """Return the unedited copy's pixels as shares of white, shape (rows, columns, channels)."""
    copy = enhance_photo(io.BytesIO(body), max_pixels=10**6, control=Control("none"))
    image = Image.open(io.BytesIO(copy.body))
    if copy.format == "PNG" and copy.body[24] == 16:
        return np.asarray(samples_of(copy.body) / 65535)
    pixels = np.asarray(image.convert("RGB" if image.mode == "P" else "L") if image.mode in "1P" else image)
    return pixels.reshape(*pixels.shape[:2], -1) / 255


def difference(after: Shares, before: Shares) -> float:
    """Return the mean difference in levels of 255."""
    assert after.shape == before.shape
    return float(np.abs(after - before).mean() * 255)


LAYOUTS: list[dict[str, Any]] = [
    {"order": order, "compression": compression, **cut}
    for order, compression, cut in itertools.product("<>", (NONE, DEFLATE), (STRIPS, {"edge": 16}))
]


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize(
    ("sample_format", "bits"), [(1, 1), (1, 2), (1, 4), (1, 8), (1, 12), (1, 16), (1, 32), (3, 32), (3, 64)]
)
@pytest.mark.parametrize("photometric", [WHITE_IS_ZERO, BLACK_IS_ZERO])
def test_grey_of_every_depth(photometric: int, sample_format: int, bits: int, layout: dict[str, Any]) -> None:
    kind = Layout(photometric=photometric, bits=bits, format=sample_format, **layout)
    samples = stored(1 - GREY if photometric == WHITE_IS_ZERO else GREY, kind)
    assert difference(copied(tiff_of(samples, kind)), GREY) < max(1, 0.6 * 255 / 2**bits)


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("bits", [16, 32])
def test_signed_grey(bits: int, layout: dict[str, Any]) -> None:
    kind = Layout(photometric=BLACK_IS_ZERO, bits=bits, format=SIGNED, **layout)
    assert difference(copied(tiff_of(stored(GREY, kind), kind)), GREY) < 1


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("planar", [False, True])
@pytest.mark.parametrize(
    ("bits", "extra"),
    [*itertools.product((8, 16), ((), (ALPHA,), (UNSPECIFIED,))), (8, (UNSPECIFIED, UNSPECIFIED))],
)
def test_colours(bits: int, extra: tuple[int, ...], planar: bool, layout: dict[str, Any]) -> None:
    kind = Layout(bits=bits, extra=extra, planar=planar, **layout)
    whole = np.concatenate([SCENE, OPACITY], axis=-1) if ALPHA in extra else SCENE
    samples = stored(np.concatenate([SCENE, *[OPACITY] * len(extra)], axis=-1), kind)
    assert difference(copied(tiff_of(samples, kind)), whole) < 1.5


@pytest.mark.parametrize("planar", [False, True])
@pytest.mark.parametrize("bits", [8, 16])
def test_ink(bits: int, planar: bool) -> None:
    kind = Layout(photometric=CMYK, bits=bits, planar=planar)
    ink = np.concatenate([1 - SCENE, np.zeros_like(GREY)], axis=-1)
    assert difference(copied(tiff_of(stored(ink, kind), kind)), SCENE) < 2


@pytest.mark.parametrize("bands", [1, 3])
def test_premultiplied_alpha(bands: int) -> None:
    kind = Layout(photometric=RGB if bands == 3 else BLACK_IS_ZERO, extra=(PREMULTIPLIED,))
    samples = stored(np.concatenate([SCENE[..., :bands] * OPACITY, OPACITY], axis=-1), kind)
    whole = np.concatenate([SCENE[..., :bands], OPACITY], axis=-1)
    assert difference(copied(tiff_of(samples, kind)), whole) < 1


@pytest.mark.parametrize("compression", [NONE, DEFLATE])
@pytest.mark.parametrize(
    "kind", [Layout(BLACK_IS_ZERO, 1), Layout(BLACK_IS_ZERO, 8), Layout(WHITE_IS_ZERO, 8), Layout()]
)
def test_reversed_bits(kind: Layout, compression: int) -> None:
    layout = Layout(kind.photometric, kind.bits, fill_order=2, compression=compression)
    shares = SCENE if kind.photometric == RGB else GREY
    samples = stored(1 - shares if kind.photometric == WHITE_IS_ZERO else shares, layout)
    assert difference(copied(tiff_of(samples, layout)), shares) < max(1.5, 0.6 * 255 / 2**kind.bits)


@pytest.mark.parametrize(
    ("predictor", "sample_format", "bits", "shares"),
    [(2, 1, 8, SCENE), (2, 1, 16, SCENE), (2, 1, 32, GREY), (3, 3, 32, GREY)],
)
@pytest.mark.parametrize("order", ["<", ">"])
def test_predictors(order: Any, predictor: int, sample_format: int, bits: int, shares: Shares) -> None:
    photometric = RGB if shares is SCENE else BLACK_IS_ZERO
    kind = Layout(photometric, bits, sample_format, order, compression=DEFLATE, predictor=predictor)
    assert difference(copied(tiff_of(stored(shares, kind), kind)), shares) < 1.5


@pytest.mark.parametrize("top", [65535, 255])
@pytest.mark.parametrize("bits", [1, 4, 8])
def test_palettes_of_sixteen_bits_and_of_eight(bits: int, top: int) -> None:
    ramp = np.arange(2**bits) / (2**bits - 1)
    colours = np.stack([ramp, 1 - ramp, np.full_like(ramp, 0.2)])
    table = tuple(int(value) for value in np.rint(colours * top).ravel())
    kind = Layout(photometric=PALETTE, bits=bits, more=((320, SHORT, table),))
    samples = stored(GREY, kind)
    assert difference(copied(tiff_of(samples, kind)), colours.T[samples[..., 0]]) < 0.5


def test_a_palette_of_eight_bits_before_a_thumbnail() -> None:
    ramp = np.arange(256)
    kind = Layout(photometric=PALETTE, more=((320, SHORT, (*ramp, *ramp, *ramp)),))
    body = file_of([page_of(stored(GREY, kind), kind), THUMBNAIL], Layout())
    assert difference(copied(body), np.repeat(GREY, 3, axis=-1)) < 0.5


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("across", "down"), [(1, 1), (2, 1), (2, 2), (4, 1)])
def test_subsampled_colours_without_compression(across: int, down: int, order: Any) -> None:
    """Units of some levels and one pair of colours (TIFF 6.0, section 21)."""
    blocks = np.kron(SCENE[::10, ::14], np.ones((10, 14, 1)))
    whole = Image.fromarray(np.rint(blocks * 255).astype(np.uint8)).resize((COLUMNS, ROWS), 0)
    pixels = np.asarray(whole.convert("YCbCr"))
    units = pixels.reshape(ROWS // down, down, COLUMNS // across, across, 3).swapaxes(1, 2)
    levels = units[..., 0].reshape(*units.shape[:2], -1)
    strip = np.concatenate([levels, units[:, :, 0, 0, 1:]], axis=-1).tobytes()
    layout = Layout(photometric=YCBCR, order=order, more=((530, SHORT, (across, down)),))
    tags, _ = page_of(pixels, layout)
    assert difference(copied(file_of([(tags, [strip])], layout)), np.asarray(whole) / 255) < 6


@pytest.mark.parametrize(
    ("kind", "bands", "words"),
    [
        (Layout(compression=34712), 3, "compression JPEG 2000"),
        (Layout(compression=50002), 3, "compression JPEG XL"),
        (Layout(compression=50001), 3, "compression WebP"),
        (Layout(compression=34887), 3, "compression LERC"),
        (Layout(compression=4711), 3, "compression number 4711"),
        (Layout(bits=32, format=FLOAT), 3, "RGB in floating-point samples of 32 bits"),
        (Layout(bits=10), 3, "RGB in samples of 10 bits"),
        (Layout(BLACK_IS_ZERO, 14), 1, "grey in samples of 14 bits"),
        (Layout(BLACK_IS_ZERO, 8, SIGNED), 1, "grey in signed samples of 8 bits"),
        (Layout(WHITE_IS_ZERO, 8, extra=(ALPHA,)), 2, "grey where 0 is white and 1 more"),
        (Layout(BLACK_IS_ZERO, 8, extra=(ALPHA,), planar=True), 2, "grey and 1 more .* in separate planes"),
        (Layout(LAB, planar=True), 3, "Lab .* in separate planes"),
        (Layout(planar=True), 4, "RGB and 1 more .* in separate planes"),
        (Layout(extra=(ALPHA, UNSPECIFIED), planar=True), 5, "RGB and 2 more .* in separate planes"),
        (Layout(LAB, 16), 3, "Lab in samples of 16 bits"),
        (Layout(is_big=True, order=">"), 3, "big-endian BigTIFF"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_read_is_named(kind: Layout, bands: int, words: str) -> None:
    depth = Layout(bits=kind.bits, format=kind.format if kind.bits == 8 else 1)
    samples = stored(np.repeat(GREY, bands, axis=-1), kind if kind.format == FLOAT else depth)
    with pytest.raises(UnsupportedImageError, match=f"{words}.*Save it"):
        inspect_photo(io.BytesIO(tiff_of(samples, kind)), size_bytes=1, limits=Limits(1, 10**6, 1))


@pytest.mark.parametrize(
    "kind", [Layout(BLACK_IS_ZERO), Layout(BLACK_IS_ZERO, 1), Layout(BLACK_IS_ZERO, 16, compression=DEFLATE), Layout()]
)
def test_a_tiff_that_does_not_say_what_its_numbers_mean_is_refused(kind: Layout) -> None:
    tags, parts = page_of(stored(SCENE if kind.photometric == RGB else GREY, kind), kind)
    del tags[262]
    with pytest.raises(UnsupportedImageError, match=r"does not say what its numbers mean.*Save it"):
        copied(file_of([(tags, parts)], kind))


@pytest.mark.parametrize("cut", [STRIPS, {"edge": 16}])
@pytest.mark.parametrize("where", [0.2, 0.5, 0.9])
def test_damage_in_deflate_is_reported(where: float, cut: dict[str, Any]) -> None:
    kind = Layout(compression=DEFLATE, **cut)
    body = bytearray(tiff_of(stored(SCENE, kind), kind))
    pixels_end = int.from_bytes(body[4:8], "little")
    at = int(pixels_end * where)
    body[at : at + 9] = bytes(9)
    with pytest.raises(CorruptImageError, match="pixels are"):
        copied(bytes(body))


# Which page is the photo


def page(rows: int, level: int, **tags: int) -> tuple[Tags, list[bytes]]:
    """Return a grey page of 56 columns; its tags by their numbers, as in `t254`."""
    numbered: Tags = {int(name[1:]): (LONG, [value]) for name, value in tags.items()}
    made, parts = page_of(np.full((rows, COLUMNS, 1), level, np.uint8), Layout(photometric=BLACK_IS_ZERO))
    return {**made, **numbered}, list(parts)


THUMBNAIL, PHOTO, MASK = page(8, 10, t254=1), page(ROWS, 200), page(ROWS, 90, t254=4)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("is_inner", [False, True])
@pytest.mark.parametrize(
    "pages", [[THUMBNAIL, PHOTO], [THUMBNAIL, MASK, PHOTO], [THUMBNAIL, THUMBNAIL, PHOTO], [PHOTO]]
)
def test_the_full_picture_is_the_photo(pages: list[Any], is_inner: bool, order: Any) -> None:
    body = file_of(pages, Layout(order=order), is_inner=is_inner)
    facts = inspect_photo(io.BytesIO(body), size_bytes=1, limits=Limits(1, 10**6, 1))
    assert (facts.width, facts.height, facts.frames) == (COLUMNS, ROWS, 1)
    assert copied(body).mean() == pytest.approx(200 / 255, abs=0.01)


def test_the_full_picture_may_be_compressed() -> None:
    scene = page_of(stored(SCENE, Layout()), Layout(compression=DEFLATE))
    assert difference(copied(file_of([THUMBNAIL, scene], Layout())), SCENE) < 1.5


def test_a_reduced_picture_that_is_alone_is_the_photo() -> None:
    assert copied(file_of([THUMBNAIL], Layout())).shape[:2] == (8, COLUMNS)


@pytest.mark.parametrize("is_inner", [False, True])
@pytest.mark.parametrize("raw", [page(ROWS, 9, t262=32803), page(ROWS, 9, t262=34892), page(ROWS, 9, t259=34713)])
def test_a_raw_file_with_a_preview_first_is_refused(raw: Any, is_inner: bool) -> None:
    with pytest.raises(UnsupportedImageError, match="raw file"):
        copied(file_of([THUMBNAIL, raw], Layout(), is_inner=is_inner))


def test_a_full_picture_that_is_not_read_is_named() -> None:
    with pytest.raises(UnsupportedImageError, match="JPEG 2000"):
        copied(file_of([THUMBNAIL, page(ROWS, 9, t259=34712)], Layout()))
