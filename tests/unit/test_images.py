"""Opening photos: every format, every limit, and nothing but Darkroom's own errors."""

import io
import math
import random
import struct
import warnings
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from functions.shared.errors import (
    CorruptImageError,
    DarkroomError,
    ImageTooLargeError,
    TransientServiceError,
    UnsupportedImageError,
)
from functions.shared.imaging.formats import BY_NAME, COPY_SUFFIXES, FORMATS
from functions.shared.imaging.frames import frame_count
from functions.shared.imaging.images import (
    decoding,
    displayed_size,
    open_image,
    orientation,
)
from functions.shared.imaging.pillow_guard import MAX_HEADER_BYTES
from tests.photos import encoded, scene
from verification.corpus.damage import DAMAGED
from verification.corpus.shapes import SHAPES
from verification.corpus.unread_kinds import UNREAD
from verification.corpus.valid_files import LEGAL

DATA = Path(__file__).parent.parent / "data"
MAX_PIXELS = 1_000_000


def turned(orientation: int = 6) -> Image.Exif:
    """Return fresh metadata, for saving as AVIF takes the orientation out of it."""
    exif = Image.Exif()
    exif[274] = orientation
    return exif


def small(name: str, frames: int = 1, **options: Any) -> bytes:
    """Return a scene of 64 x 48 pixels as a file, further frames after it."""
    # Saving leaves settings of the format behind in an image, so each file gets images of its own.
    images = [scene(64, 48, seed=seed) for seed in range(frames)]
    more = {"save_all": True, "append_images": images[1:]} if frames > 1 else {}
    return encoded(images[0], name, **more, **options)


PHOTOS = {
    "JPEG": small("JPEG"),
    "PNG": small("PNG"),
    "WEBP": small("WEBP"),
    "TIFF": small("TIFF", compression="tiff_lzw"),
    "BMP": small("BMP"),
    "GIF": small("GIF"),
    "AVIF": small("AVIF"),
    "MPO": small("MPO", frames=2),
    "HEIF": (DATA / "turned.heic").read_bytes(),
}


class CountingBytes(io.BytesIO):
    """A file that knows how much of it was read."""

    bytes_read = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.bytes_read += len(data)
        return data


def look(data: bytes, *, max_pixels: int = MAX_PIXELS, max_frames: int = 1) -> tuple[str | None, tuple[int, int]]:
    with open_image(io.BytesIO(data), max_pixels=max_pixels, max_frames=max_frames) as image:
        return image.format, displayed_size(image)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes) -> bytes:
    """Return a grey PNG of any declared size whose pixels are missing."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("name", PHOTOS)
def test_every_format_opens_and_decodes(name: str) -> None:
    with open_image(io.BytesIO(PHOTOS[name]), max_pixels=MAX_PIXELS) as image:
        assert (image.format, displayed_size(image)) == (name, (48, 64) if name == "HEIF" else (64, 48))
        with decoding():
            image.load()
        assert len({image.convert("L").getpixel((5, y)) for y in range(image.height)}) > 3


@pytest.mark.parametrize("name", ["JPEG", "PNG", "BMP", "TIFF"])
def test_reads_a_header_and_no_pixels(name: str) -> None:
    source = CountingBytes(encoded(scene(1000, 800), name))
    with open_image(source, max_pixels=MAX_PIXELS) as image:
        assert (displayed_size(image), orientation(image)) == ((1000, 800), 1)
        assert source.bytes_read < 10_000 < len(source.getvalue())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Dear diary, this is no photo.", "text"),
        ("Gr\u00fc\u00dfe, ".encode() * 200, "text"),
        (b"BMW builds cars, not bitmaps.", "text"),
        (b"%PDF-1.7", "PDF"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">', "SVG"),
        (b'<!-- An icon -->\n<svg xmlns="http://www.w3.org/2000/svg">', "SVG"),
        (b"<!DOCTYPE html><title>404</title>", "web page"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2", "video"),
        (b"PK\x03\x04\x14\x00\x06\x00", "archive"),
        (b"8BPS\x00\x01", "Photoshop"),
        (b"\xff\x0a\x00\x00", "JPEG XL"),
        (b"II*\x00\x10\x00\x00\x00CR\x02\x00", "raw"),
        (b"FUJIFILMCCD-RAW 0201", "raw"),
        (b"\x00\x01\x02\x03\x04\x05", "no known kind"),
    ],
)
def test_other_content_is_named(content: bytes, words: str) -> None:
    with pytest.raises(UnsupportedImageError, match=f"{words}.*Upload a JPEG"):
        look(content)


@pytest.mark.parametrize("name", PHOTOS)
@pytest.mark.parametrize("kept_bytes", [20, 30])
def test_a_header_that_is_cut_short(name: str, kept_bytes: int) -> None:
    with pytest.raises(CorruptImageError, match="Upload it again"):
        look(PHOTOS[name][:kept_bytes])


def test_an_empty_file_is_an_upload_cut_short() -> None:
    with pytest.raises(CorruptImageError, match="empty"):
        look(b"")


def test_a_header_without_pixels_after_it() -> None:
    start_of_scan = PHOTOS["JPEG"].index(b"\xff\xda")
    with pytest.raises(CorruptImageError, match="ends before its pixels"):
        look(PHOTOS["JPEG"][:start_of_scan])


def test_a_kind_of_jpeg_that_is_sound_but_not_supported() -> None:
    frame = PHOTOS["JPEG"].index(b"\xff\xc0")
    twelve_bits = PHOTOS["JPEG"][: frame + 4] + b"\x0c" + PHOTOS["JPEG"][frame + 5 :]
    with pytest.raises(UnsupportedImageError, match="12-bit"):
        look(twelve_bits)


def test_a_raw_file_with_a_tiff_signature() -> None:
    with pytest.raises(UnsupportedImageError, match="raw"):
        look(small("TIFF", tiffinfo={50706: 1}))


def test_too_many_pixels() -> None:
    assert look(PHOTOS["PNG"], max_pixels=64 * 48)
    with pytest.raises(ImageTooLargeError, match=r"3072 pixels, the limit is 3071\b.*MAX_PIXELS"):
        look(PHOTOS["PNG"], max_pixels=64 * 48 - 1)


@pytest.mark.parametrize("name", PHOTOS)
def test_too_many_pixels_of_every_format(name: str) -> None:
    weight = BY_NAME[name].memory_weight
    assert look(PHOTOS[name], max_pixels=math.ceil(64 * 48 * weight))
    with pytest.raises(ImageTooLargeError, match=r"3072 pixels, the limit is 3071\b.*MAX_PIXELS"):
        look(PHOTOS[name], max_pixels=math.ceil(64 * 48 * weight) - 1)


def test_the_limit_is_the_callers_and_not_pillows() -> None:
    assert look(png(20_000, 15_000), max_pixels=300_000_000) == ("PNG", (20_000, 15_000))


@pytest.mark.parametrize("side", [1500, 16_000])
def test_a_canvas_is_not_even_allocated(side: int) -> None:
    canvas = struct.pack("<I", 0)[:4] + struct.pack("<I", side - 1)[:3] * 2
    body = b"WEBPVP8X" + struct.pack("<I", 10) + canvas
    with pytest.raises(ImageTooLargeError, match=f"{side * side} pixels"):
        look(b"RIFF" + struct.pack("<I", len(body)) + body)


@pytest.mark.parametrize("name", ["GIF", "WEBP", "PNG", "AVIF", "TIFF"])
def test_too_many_frames(name: str) -> None:
    data = small(name, frames=2)
    assert look(data, max_frames=2)[0] == name
    with pytest.raises(ImageTooLargeError, match=r"2 or more frames, the limit is 1.*MAX_FRAMES"):
        look(data, max_frames=1)


@pytest.mark.parametrize("name", ["GIF", "TIFF"])
def test_frames_are_counted_up_to_the_limit(name: str) -> None:
    data = small(name, frames=3)
    with open_image(io.BytesIO(data), max_pixels=MAX_PIXELS, max_frames=5) as image:
        assert (frame_count(image, max_frames=5), image.tell()) == (3, 0)
        with decoding():
            image.load()


@pytest.mark.parametrize("data", [PHOTOS["MPO"], (DATA / "burst.heic").read_bytes()], ids=["MPO", "burst"])
def test_companions_do_not_count_as_frames(data: bytes) -> None:
    with open_image(io.BytesIO(data), max_pixels=MAX_PIXELS) as image:
        assert frame_count(image, max_frames=1) == 1


def test_the_primary_image_of_a_burst_is_the_photo() -> None:
    assert look((DATA / "burst.heic").read_bytes()) == ("HEIF", (96, 64))


def tiff_with_thumbnails(pages: int, *, cyclic: bool = False) -> bytes:
    """Return a TIFF followed by `pages` copies of its directory that are marked as thumbnails."""
    data = bytearray(small("TIFF"))
    (directory,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, directory)
    copied = bytes(data[directory + 2 : directory + 2 + 12 * entries])
    link = directory + 2 + 12 * entries
    for _ in range(pages):
        struct.pack_into("<I", data, link, len(data))
        data += struct.pack("<HHHII", entries + 1, 254, 4, 1, 1) + copied + b"\0\0\0\0"
        link = len(data) - 4
    struct.pack_into("<I", data, link, directory if cyclic else 0)
    return bytes(data)


@pytest.mark.parametrize("cyclic", [False, True])
def test_thumbnails_of_a_tiff_are_no_pages(cyclic: bool) -> None:
    assert look(tiff_with_thumbnails(3, cyclic=cyclic)) == ("TIFF", (64, 48))


def test_an_endless_chain_of_directories_is_not_followed() -> None:
    source = CountingBytes(tiff_with_thumbnails(5000))
    with open_image(source, max_pixels=MAX_PIXELS):
        assert source.bytes_read < len(source.getvalue()) / 10


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt", b"iCCP"])
def test_metadata_that_unfolds_to_too_much(kind: bytes) -> None:
    bomb = zlib.compress(b"a" * 2_000_000)
    content = {b"zTXt": b"k\0\0" + bomb, b"iTXt": b"k\0\1\0\0\0" + bomb, b"iCCP": b"k\0\0" + bomb}[kind]
    with pytest.raises(ImageTooLargeError, match="metadata"):
        look(png(64, 48, chunk(kind, content)))


def test_metadata_that_never_ends() -> None:
    segment = b"\xff\xe1\xff\xffExif\0\0" + bytes(0xFFFF - 8)
    with pytest.raises(ImageTooLargeError, match="metadata"):
        look(PHOTOS["JPEG"][:2] + segment * 300 + PHOTOS["JPEG"][2:])


@pytest.mark.parametrize(
    "parts",
    [b"\xff\xd8\xff\xe0\0\2" + bytes(2_000_000), b"GIF89a\1\0\1\0\0\0\0" + b"!\xfe\1a\0" * 600_000],
    ids=["JPEG", "GIF"],
)
def test_metadata_in_a_million_parts(parts: bytes) -> None:
    with pytest.raises(ImageTooLargeError, match="parts"):
        look(parts)


def test_an_item_type_that_would_crash_the_heif_parser() -> None:
    broken = PHOTOS["HEIF"].replace(b"Exif\0\0", b"Ex\xe9f\0\0", 1)
    with pytest.raises(CorruptImageError, match="items"):
        look(broken)


def test_pixels_may_be_larger_than_metadata_may() -> None:
    data = encoded(Image.new("RGB", (2600, 2300)), "BMP")
    assert len(data) > MAX_HEADER_BYTES
    with open_image(io.BytesIO(data), max_pixels=10 * MAX_PIXELS) as image, decoding():
        image.load()


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_sizes_are_as_displayed(name: str) -> None:
    with open_image(io.BytesIO(small(name, exif=turned())), max_pixels=MAX_PIXELS) as image:
        assert (displayed_size(image), orientation(image)) == ((48, 64), 6)


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0nonsense", b"Exif\0\0II*\0\xff\xff\xff\x7f", b"Exif\0\0" + turned().tobytes()[6:20]]
)
def test_broken_metadata_is_no_reason_to_refuse(exif: bytes) -> None:
    with open_image(io.BytesIO(small("JPEG", exif=exif)), max_pixels=MAX_PIXELS) as image:
        assert orientation(image) == 1


def test_an_orientation_at_the_end_of_a_png_is_found_by_whoever_decodes() -> None:
    photo = PHOTOS["PNG"]
    late = photo[:-12] + chunk(b"eXIf", turned().tobytes()[6:]) + photo[-12:]
    with open_image(io.BytesIO(late), max_pixels=MAX_PIXELS) as image:
        assert orientation(image) == 1
        with decoding():
            image.load()
        assert orientation(image) == 6


def test_an_impossible_orientation_counts_as_upright() -> None:
    with open_image(io.BytesIO(small("JPEG", exif=turned(77))), max_pixels=MAX_PIXELS) as image:
        assert orientation(image) == 1


@pytest.mark.parametrize("data", [PHOTOS["JPEG"], PHOTOS["JPEG"][:30], png(5000, 5000)])
def test_pillows_settings_stay_as_they_were(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 12_345)

    def settings() -> tuple[object, ...]:
        return Image.MAX_IMAGE_PIXELS, Image.WARN_POSSIBLE_FORMATS, tuple(warnings.filters)

    before = settings()
    try:
        with open_image(io.BytesIO(data), max_pixels=MAX_PIXELS) as image:
            displayed_size(image)
            assert settings() == before
    except DarkroomError:
        assert settings() == before


@pytest.mark.parametrize("error", [TransientServiceError("cut"), OSError(28, "disk full"), MemoryError()])
def test_errors_of_the_source_pass_as_they_are(error: Exception) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 20:
                raise error
            return super().read(min(size or 0, 25))

    with pytest.raises(type(error)) as caught, open_image(Failing(PHOTOS["JPEG"]), max_pixels=MAX_PIXELS):
        pass
    assert caught.value is error


def test_errors_of_the_caller_pass_and_the_source_stays_open() -> None:
    source = io.BytesIO(PHOTOS["JPEG"])
    with pytest.raises(KeyError), open_image(source, max_pixels=MAX_PIXELS):
        raise KeyError
    assert not source.closed


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF"])
def test_pixels_that_are_cut_short(name: str) -> None:
    cut = encoded(scene(256, 192), name)[: -2000 if name == "TIFF" else -700]
    with pytest.raises(CorruptImageError), open_image(io.BytesIO(cut), max_pixels=MAX_PIXELS) as image, decoding():
        image.load()


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (Image.DecompressionBombError(), ImageTooLargeError),
        (SyntaxError("broken"), CorruptImageError),
        (OSError("image file is truncated"), CorruptImageError),
        (OSError(28, "disk full"), OSError),
        (MemoryError(), MemoryError),
        (TransientServiceError(), TransientServiceError),
    ],
)
def test_what_decoding_raises(raised: Exception, expected: type[Exception]) -> None:
    with pytest.raises(expected) as caught, decoding():
        raise raised
    assert type(caught.value) is expected


@pytest.mark.parametrize("name", PHOTOS)
def test_no_bytes_let_a_foreign_error_out(name: str) -> None:
    rng = random.Random(name)  # noqa: S311 - the same mutations in every run
    for _ in range(150):
        data = bytearray(PHOTOS[name])
        for _ in range(rng.randint(1, 8)):
            data[rng.randrange(min(len(data), rng.choice((64, 400, len(data)))))] = rng.randrange(256)
        cut = data[: rng.choice((len(data), rng.randrange(len(data))))]
        try:
            with open_image(io.BytesIO(cut), max_pixels=MAX_PIXELS) as image:
                displayed_size(image)
                with decoding():
                    image.load()
        except DarkroomError:
            continue


def test_each_format_of_the_table_is_tried_here() -> None:
    assert PHOTOS.keys() == BY_NAME.keys()


def test_what_the_copy_of_each_format_becomes() -> None:
    outputs = {name: row.copy_format for name, row in BY_NAME.items()}
    assert outputs == {
        "JPEG": "JPEG", "MPO": "JPEG", "HEIF": "JPEG", "TIFF": "JPEG", "BMP": "JPEG",
        "GIF": "PNG", "PNG": "PNG", "WEBP": "WEBP", "AVIF": "AVIF",
    }  # fmt: skip
    assert {BY_NAME[name].content_type for name in outputs.values()} == {
        "image/jpeg", "image/png", "image/webp", "image/avif",
    }  # fmt: skip
    assert {".jpg", ".png", ".webp", ".avif"} == COPY_SUFFIXES


def test_no_two_formats_share_a_name_or_a_suffix() -> None:
    suffixes = [suffix for row in FORMATS for suffix in row.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert len(BY_NAME) == sum(1 + len(row.other_names) for row in FORMATS)


def test_no_library_prints(capfd: pytest.CaptureFixture[str]) -> None:
    files = {**LEGAL, **DAMAGED, **UNREAD, **SHAPES}
    for name in [name for name in files if not name.startswith(("99-", "gif-of", "webp-of"))]:
        try:
            with open_image(io.BytesIO(files[name]()), max_pixels=MAX_PIXELS) as image, decoding():
                image.load()
        except DarkroomError:
            continue
    assert capfd.readouterr() == ("", "")
