"""16 bits per sample stay 16: colours, grey and alpha, with their metadata; broken files are reported."""

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from functions.enhance.codec.renditions import Rendition
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import EnhancedPhoto, enhance_photo
from functions.shared.controls import PRESETS, Preset
from functions.shared.errors import CorruptImageError, ImageTooLargeError
from tests.unit.enhance_scenes import encoded, surfaces
from tests.unit.pages import lit_print
from tests.unit.sixteen_bits import Deep, deep, png, samples_of, tiff
from tests.unit.test_enhance_metadata import COPYRIGHT, SECRETS, exif, wide_gamut
from tests.unit.test_enhance_properties import controls, sizes, thorough

# Each test enhances photos of 16 bits, in several formats.
pytestmark = pytest.mark.slow

DEFAULT, NOTHING = Control(), Control("auto", 0)
RENDITION = Rendition(name="thumb", longest_edge_pixels=64, format="PNG")


def enhanced(body: bytes, control: Control = DEFAULT, *renditions: Rendition) -> EnhancedPhoto:
    return enhance_photo(io.BytesIO(body), max_pixels=10**6, control=control, renditions=renditions)


def grain(rows: int = 61, columns: int = 83, channels: int = 3, seed: int = 2) -> Deep:
    return np.random.default_rng(seed).integers(0, 65536, (rows, columns, channels), dtype=np.uint16)


def copied(body: bytes, control: Control = NOTHING) -> Deep:
    """Return the samples of the copy, which is a PNG of sixteen bits."""
    result = enhanced(body, control)
    assert (result.format, result.content_type, result.body[24]) == ("PNG", "image/png", 16)
    samples = samples_of(result.body)
    assert samples.dtype == np.uint16
    assert samples.shape[:2] == (result.height, result.width)
    # OpenCV reads grey with alpha as colours.
    return samples[..., 2:] if result.body[25] == 4 else samples


@pytest.mark.parametrize("control", [NOTHING, Control("document", 0), Control("photo", 0), Control("none")])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("interlaced", [False, True])
def test_an_unedited_png_keeps_every_bit(channels: int, interlaced: bool, control: Control) -> None:
    samples = grain(channels=channels)
    assert (copied(png(samples, interlaced=interlaced), control) == samples).all()


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_an_unedited_tiff_becomes_a_png_with_every_bit(channels: int, order: str, packed: bool) -> None:
    samples = grain(channels=channels)
    assert (copied(tiff(samples, order, packed=packed)) == samples).all()


def test_a_tiffs_unspecified_fourth_channel_is_no_alpha() -> None:
    samples = grain(channels=4)
    assert (copied(tiff(samples, alpha=0)) == samples[..., :3]).all()


def test_tiffs_that_pillow_reads_in_eight_bits_have_eight() -> None:
    """Premultiplied alpha, and separate planes."""
    multiplied = enhanced(tiff(grain(channels=4), alpha=1))
    assert (multiplied.format, multiplied.body[24]) == ("PNG", 8)
    assert enhanced(tiff(grain(), planar=True, packed=True)).format == "JPEG"


def dark(columns: int = 320, rows: int = 240) -> Deep:
    return deep(surfaces(columns, rows) * 0.4)


def test_a_dark_photo_is_brightened_at_sixteen_bits() -> None:
    after = copied(png(dark()), Control())
    assert after.mean() > 1.3 * dark().mean()
    assert all(len(np.unique(after[..., channel])) > 5000 for channel in range(3))
    assert len(np.unique(after & 0xFF)) == 256


def test_sixteen_bits_are_enhanced_as_eight_are() -> None:
    scene = surfaces(640, 480)
    noise = np.random.default_rng(8).normal(0, 0.008, scene.shape)
    for levels in (scene * 0.4, scene * 0.85 + 0.1, scene * 0.1 + noise):
        eight = np.rint(np.clip(levels, 0, 1) * 255).astype(np.uint8)
        plain = enhanced(encoded(Image.fromarray(eight), "PNG"))
        result = enhanced(png(eight.astype(np.uint16) * 257))
        assert result.enhancement == plain.enhancement
        difference = samples_of(result.body) / 257 - np.asarray(Image.open(io.BytesIO(plain.body)))
        assert np.abs(difference).mean() < 0.8


def test_noise_is_removed_at_sixteen_bits_too() -> None:
    flat = np.full((240, 320, 3), 0.05) + np.random.default_rng(8).normal(0, 0.008, (240, 320, 3))
    flat[:, 200:] += 0.2
    result = enhanced(png(deep(flat)))
    assert "denoising" in result.enhancement
    after = samples_of(result.body)[20:220, 20:180]
    grainy = np.median(after) / np.median(flat[20:220, 20:180]) * flat[20:220, 20:180].std()
    assert after.std() < 0.5 * grainy


@pytest.mark.parametrize("scene", [surfaces(320, 700) * 0.8, surfaces(320, 700) * 0.1])
def test_strips_have_no_seams(scene: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    body = png(deep(scene + np.random.default_rng(4).normal(0, 0.008, (700, 320, 1))))
    in_strips = enhanced(body)
    monkeypatch.setattr("functions.enhance.edit.render.STRIP_ROWS", 700)
    assert "sharpening" in in_strips.enhancement or "denoising" in in_strips.enhancement
    assert enhanced(body).body == in_strips.body


@pytest.mark.parametrize("control", [Control(), Control("document"), Control("photo", 60)])
@pytest.mark.parametrize("channels", [1, 3])
def test_alpha_is_equal_to_the_bit(channels: int, control: Control) -> None:
    alpha = grain(240, 320, 1)
    alpha[:120] = 65535
    source = np.concatenate([dark()[..., :channels], alpha], axis=-1)
    after = copied(png(source), control)
    assert (after[..., -1:] == alpha).all()
    assert (after[..., :-1] != source[..., :-1]).any()


def test_pixels_that_are_nearly_opaque_do_not_count_in_the_statistics() -> None:
    seen = dark()
    hidden = np.concatenate([seen, np.full_like(seen[..., :1], 65535)], axis=-1)
    hidden[:, :160] = (65535, 65535, 65535, 65534)
    whole, part = (
        float(str(enhanced(png(levels)).enhancement["exposure"]).split()[0]) for levels in (hidden, seen[:, 160:])
    )
    # The thumbnails of the half and of the whole picture are sampled differently.
    assert whole == pytest.approx(part, abs=0.25)
    assert part > 1


def test_a_drawing_with_alpha_is_recognised_by_its_flat_areas() -> None:
    drawing = np.full((240, 320, 4), 65535, np.uint16)
    drawing[:, 100:200, :3], drawing[:, 200:, :3] = 20_000, 30_000
    assert enhanced(png(drawing)).enhancement["kind"] == "graphic"


@pytest.mark.parametrize(("channels", "key"), [(3, (700, 800, 900)), (1, (700,))])
def test_the_transparent_colour_is_compared_to_the_bit(channels: int, key: tuple[int, ...]) -> None:
    samples = grain(channels=channels)
    samples[:5], samples[5:9] = key, np.array(key) + 1
    after = copied(png(samples, (b"tRNS", struct.pack(f">{channels}H", *key))))
    assert (after[..., :-1] == samples).all()
    assert (after[..., -1] == np.where((samples == key).all(axis=-1), 0, 65535)).all()


def test_a_page_gets_white_paper_at_sixteen_bits() -> None:
    seen = lit_print().crop((0, 0, 900, 500))
    page = np.asarray(seen).astype(np.uint16) * 257 + 100
    plain = enhance_photo(io.BytesIO(encoded(seen, "PNG")), max_pixels=10**7, control=Control("document"))
    after = enhance_photo(io.BytesIO(png(page)), max_pixels=10**7, control=Control("document"))
    samples = samples_of(after.body)
    assert len(np.unique(samples)) > 5000
    assert np.abs(samples / 257 - np.asarray(Image.open(io.BytesIO(plain.body)))).mean() < 1


@pytest.mark.parametrize("alpha", [False, True])
def test_a_rendition_of_sixteen_bits_has_eight(alpha: bool) -> None:
    source = np.concatenate([dark(), grain(240, 320, 1)], axis=-1) if alpha else dark()
    eight = Image.fromarray(np.rint(source / 257).astype(np.uint8))
    thumbs = [
        enhanced(body, Control("none"), RENDITION).renditions["thumb"].body
        for body in (png(source), encoded(eight, "PNG"))
    ]
    after, plain = (np.asarray(Image.open(io.BytesIO(body))) for body in thumbs)
    assert after.shape == plain.shape == (48, 64, 3 + alpha)
    assert np.abs(after.astype(int) - plain).max() <= 1


# By EXIF orientation, how the corners a, b, c and d of the upright photo are stored.
STORED = {1: "abcd", 2: "badc", 3: "dcba", 4: "cdab", 5: "acbd", 6: "bdac", 7: "dbca", 8: "cadb"}


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("late", [False, True])
def test_every_orientation_comes_out_upright(orientation: int, late: bool) -> None:
    """The corners of the picture as shown are a and b, then c and d; each is stored where the letters say."""
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = orientation
    chunk = (b"eXIf", tags.tobytes().removeprefix(b"Exif\0\0"))
    corners = {name: 1000 + 257 * number for number, name in enumerate("abcd")}
    rows, columns = (20, 30) if orientation < 5 else (30, 20)
    samples = np.zeros((rows, columns, 3), np.uint16)
    samples[[0, 0, -1, -1], [0, -1, 0, -1]] = [[corners[name]] * 3 for name in STORED[orientation]]
    after = copied(png(samples, late=[chunk]) if late else png(samples, chunk))
    assert after.shape == (20, 30, 3)
    assert after[[0, 0, -1, -1], [0, -1, 0, -1], 0].tolist() == list(corners.values())
    assert ExifTags.Base.Orientation not in Image.open(io.BytesIO(enhanced(png(samples, chunk)).body)).getexif()


def with_all_tags(samples: Deep) -> bytes:
    profile = b"wide\0\0" + zlib.compress(wide_gamut())
    chunks = [(b"iCCP", profile), (b"pHYs", struct.pack(">2IB", 11811, 11811, 1)), (b"tEXt", b"Author\0Zoe")]
    position = (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x GPSLatitude='51,30N'/>")
    tags = exif()
    del tags[ExifTags.Base.Artist]
    return png(samples, *chunks, position, (b"eXIf", tags.tobytes().removeprefix(b"Exif\0\0")))


@pytest.mark.parametrize("channels", [3, 4])
def test_the_photographer_is_kept_and_the_position_is_not(channels: int) -> None:
    body = with_all_tags(grain(channels=channels))
    assert all(secret in body for secret in SECRETS[:-1])
    copy = enhanced(body).body
    assert not any(secret in copy for secret in SECRETS)
    image = Image.open(io.BytesIO(copy))
    image.load()
    assert image.info["icc_profile"] == wide_gamut()
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    tags = image.getexif()
    details = tags.get_ifd(ExifTags.IFD.Exif)
    assert tags[ExifTags.Base.Copyright].encode("latin-1").decode() == COPYRIGHT
    assert tags[ExifTags.Base.Artist] == "Zoe"
    assert details[ExifTags.Base.DateTimeOriginal] == "2026:01:31 12:00:00"
    assert not tags.get_ifd(ExifTags.IFD.GPSInfo)
    assert not details.keys() & {ExifTags.Base.MakerNote, ExifTags.Base.BodySerialNumber}


def test_an_rgb_profile_is_dropped_from_grey() -> None:
    assert "icc_profile" not in Image.open(io.BytesIO(enhanced(with_all_tags(grain(channels=2))).body)).info


# Broken and lying files


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_pixels_cut_short_are_reported(channels: int, share: float) -> None:
    body = png(grain(channels=channels))
    with pytest.raises(CorruptImageError):
        enhanced(body[: int(len(body) * share)])


@pytest.mark.parametrize("share", [0.3, 0.99])
@pytest.mark.parametrize("packed", [False, True])
def test_a_tiff_whose_pixels_are_missing_is_reported(share: float, packed: bool) -> None:
    """The IFD at the end of the file stays; its strip now ends beyond the file."""
    body = bytearray(tiff(grain(), packed=packed))
    start = body.index(struct.pack("<HHI", 273, 4, 1))
    body[start + 8 : start + 12] = struct.pack("<I", int(len(body) * share))
    with pytest.raises(CorruptImageError):
        enhanced(bytes(body))


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_declared_rows_that_are_missing_are_black_as_at_eight_bits(channels: int) -> None:
    samples = grain(channels=channels)
    body = bytearray(png(samples))
    body[16:24] = struct.pack(">2I", 83, 100)
    body[29:33] = struct.pack(">I", zlib.crc32(body[12:29]))
    after = copied(bytes(body))
    assert (after[:61] == samples).all()
    assert not after[61:].any()


@pytest.mark.parametrize("make", [png, tiff])
def test_too_many_pixels_are_refused(make: Callable[[Deep], bytes]) -> None:
    with pytest.raises(ImageTooLargeError):
        enhanced(make(np.zeros((1001, 1000, 3), np.uint16)))


@pytest.mark.parametrize("at", range(100, 30_000, 1500))
def test_a_flipped_byte_is_reported(at: int) -> None:
    body = bytearray(png(grain()))
    body[at] ^= 0x55
    with pytest.raises(CorruptImageError):
        enhanced(bytes(body))


# Properties of every picture


@st.composite
def pictures(draw: st.DrawFn, channels: tuple[int, ...] = (1, 2, 3, 4)) -> Deep:
    size, kinds = draw(sizes), draw(st.sampled_from(channels))
    low, high = sorted((draw(st.integers(0, 65535)), draw(st.integers(0, 65535))))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return rng.integers(low, high, (size[1], size[0], kinds), dtype=np.uint16, endpoint=True)


@thorough
@given(pictures(), st.sampled_from(PRESETS))
def test_strength_zero_and_the_preset_none_keep_every_sample(samples: Deep, preset: Preset) -> None:
    assert (copied(png(samples), Control(preset, 0)) == samples).all()
    assert (copied(png(samples), Control("none")) == samples).all()


@thorough
@given(pictures((2, 4)), controls)
def test_transparency_is_kept_to_the_bit(samples: Deep, control: Control) -> None:
    assert (copied(png(samples), control)[..., -1] == samples[..., -1]).all()


@thorough
@given(pictures((1, 2)), controls)
def test_grey_stays_grey(samples: Deep, control: Control) -> None:
    in_colour = np.concatenate([samples[..., :1].repeat(3, axis=-1), samples[..., 1:]], axis=-1)
    levels = copied(png(in_colour), control)[..., :3].astype(int)
    assert np.ptp(levels, axis=-1).max() <= 2


@thorough
@given(pictures(), controls)
def test_the_same_picture_gives_the_same_bytes(samples: Deep, control: Control) -> None:
    first, second = (enhanced(png(samples), control, RENDITION) for _ in range(2))
    assert first == second
    assert max(first.renditions["thumb"].width, first.renditions["thumb"].height) <= 64


@pytest.mark.parametrize("edge", [70_000, 1_000_001])
@pytest.mark.parametrize("channels", [2, 3])
def test_edges_that_opencv_refuses_are_accepted(edge: int, channels: int) -> None:
    samples = grain(1, edge, channels)
    body = enhance_photo(io.BytesIO(png(samples)), max_pixels=2 * edge, control=NOTHING).body
    read = Image.open(io.BytesIO(body))
    assert read.size == (edge, 1)
    assert (np.asarray(read)[..., :channels][..., 0] == samples[..., 0] >> 8).all()
