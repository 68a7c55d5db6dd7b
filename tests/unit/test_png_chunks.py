"""A broken metadata chunk of a PNG is left out, before the pixels and behind them, and no text is taken for more."""

import io
import struct
import zlib

import pytest
from PIL import Image

from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import enhance_photo
from functions.shared.errors import ImageTooLargeError
from functions.validate.inspect_photo import Limits, inspect_photo
from tests.unit.enhance_scenes import encoded, photo, surfaces
from tests.unit.mangled_metadata import profile, raw_profile
from verification.corpus.file_parts import chunk

UNFOLDING = zlib.compress(bytes(3_000_000))


def png(*chunks: bytes, is_late: bool = False, size: tuple[int, int] = (24, 16)) -> bytes:
    body = encoded(photo(surfaces(*size)), "PNG")
    at = len(body) - 12 if is_late else 33
    return body[:at] + b"".join(chunks) + body[at:]


def copy_of(body: bytes) -> Image.Image:
    result = enhance_photo(io.BytesIO(body), max_pixels=10**6, control=Control("none"))
    return Image.open(io.BytesIO(result.body))


@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        (b"zTXt", b"a\0\7xx"),
        (b"iCCP", b""),
        (b"iCCP", b"k\0\7" + zlib.compress(b"x")),
        (b"iCCP", b"k\0\0\xff"),
        (b"pHYs", b"\0"),
        (b"gAMA", b""),
        (b"cHRM", bytes(31)),
        (b"sRGB", b""),
        (b"tEXt", b"transparency\0abc"),
        (b"tEXt", b"nclx_profile\0abc"),
        (b"tEXt", b"interlace\0x"),
        (b"tEXt", b"icc_profile\0" + b"RGB " * 40),
        (b"zTXt", b"dpi\0\0" + zlib.compress(b"72")),
        (b"iTXt", b"gamma\0\0\0\0\0x"),
        (b"tEXt", b"exif\0nonsense"),
    ],
)
def test_a_broken_or_misnamed_chunk_is_left_out(name: bytes, data: bytes, is_late: bool) -> None:
    body = png(chunk(b"tEXt", b"Author\0Ada"), chunk(name, data), is_late=is_late)
    facts = inspect_photo(io.BytesIO(body), size_bytes=len(body), limits=Limits(10**6, 10**6, 1))
    copy = copy_of(body)
    assert (facts.width, facts.height) == copy.size == (24, 16)
    assert copy.tobytes() == Image.open(io.BytesIO(png())).tobytes()
    assert copy.getexif()[315] == "Ada"
    assert "icc_profile" not in copy.info


def test_metadata_with_a_wrong_checksum_is_read_all_the_same() -> None:
    sound = chunk(b"tEXt", b"Author\0Ada")
    assert copy_of(png(sound[:-4] + bytes(4))).getexif()[315] == "Ada"


@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize(
    "bomb",
    [
        chunk(b"zTXt", b"a\0\0" + UNFOLDING),
        chunk(b"iTXt", b"a\0\1\0\0\0" + UNFOLDING),
        chunk(b"iCCP", b"a\0\0" + UNFOLDING),
    ],
)
def test_metadata_that_unfolds_to_too_much_is_refused(bomb: bytes, is_late: bool) -> None:
    with pytest.raises(ImageTooLargeError, match="metadata"):
        copy_of(png(bomb, is_late=is_late))


def test_a_sound_profile_behind_a_broken_chunk_is_kept() -> None:
    body = png(chunk(b"gAMA", b""), chunk(b"iCCP", b"icc\0\0" + zlib.compress(profile())))
    assert copy_of(body).info["icc_profile"] == profile()


# The legacy tag of orientation

TURNED = b"II*\0\x08\0\0\0" + struct.pack("<HHHLHH", 1, 274, 3, 1, 6, 0) + bytes(4)


@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize(
    "tag",
    [
        chunk(b"eXIf", TURNED),
        raw_profile("exif", TURNED),
        raw_profile("exif", b"Exif\0\0" + TURNED),
        raw_profile("APP1", b"Exif\0\0" + TURNED),
        chunk(b"iTXt", b'XML:com.adobe.xmp\0\0\0\0\0<a tiff:Orientation="6"/>'),
    ],
)
def test_every_tag_of_orientation_turns_a_png(tag: bytes, is_late: bool) -> None:
    body = png(tag, is_late=is_late)
    stored = Image.open(io.BytesIO(body)).convert("RGB")
    copy = copy_of(body)
    assert copy.tobytes() == stored.transpose(Image.Transpose.ROTATE_270).tobytes()
    facts = inspect_photo(io.BytesIO(body), size_bytes=len(body), limits=Limits(10**6, 10**6, 1))
    # What lies behind the pixels is found only by decoding.
    assert (facts.width, facts.height) == ((24, 16) if is_late else copy.size)


def test_of_two_tags_the_modern_one_counts() -> None:
    upright = TURNED.replace(struct.pack("<LH", 1, 6), struct.pack("<LH", 1, 1))
    assert copy_of(png(raw_profile("exif", TURNED), chunk(b"eXIf", upright))).size == (24, 16)
    assert copy_of(png(raw_profile("exif", b"broken"), raw_profile("APP1", b"Exif\0\0" + TURNED))).size == (16, 24)
