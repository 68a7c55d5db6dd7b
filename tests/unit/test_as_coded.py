"""A picture that stays as it is keeps its coded pixels, bit by bit, and only those."""

import io
import struct
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image

from functions.enhance.codec.as_coded import as_coded
from tests.unit.enhance_scenes import copy, encoded, opened
from verification.corpus.colour_spaces import DISPLAY_P3

# An icon, which every preset but "photo" leaves as it is.
EDGES = Image.fromarray(np.random.default_rng(4).integers(0, 256, (4, 6, 3), np.uint8)).resize((31, 29), 0)
SECRET = b"48.137, 11.575"
ARTIST = Image.Exif()
ARTIST[ExifTags.Base.Artist] = "Ada"
SAID: dict[str, Any] = {"exif": ARTIST, "icc_profile": DISPLAY_P3.profile}
APP0, APP0_BYTES = b"\xff\xe0", 18


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


JPEG = encoded(EDGES, "JPEG", quality=75)
FADED = Image.merge("RGBA", (*EDGES.split(), EDGES.getchannel("R")))
FILES = {
    "jpeg": JPEG,
    "jpeg-grey": encoded(EDGES.convert("L"), "JPEG"),
    "jpeg-progressive": encoded(EDGES, "JPEG", progressive=True, **SAID),
    "jpeg-without-jfif": JPEG[:2] + JPEG[2 + APP0_BYTES :],
    "jpeg-by-adobe": JPEG[:2] + segment(0xEE, b"Adobe\0\x64\0\0\0\0\1") + JPEG[2 + APP0_BYTES :],
    "jpeg-in-dots-per-inch": encoded(EDGES, "JPEG", dpi=(300, 150)),
    "webp": encoded(EDGES, "WEBP", quality=75),
    "webp-said": encoded(EDGES, "WEBP", quality=75, **SAID),
    "webp-lossless": encoded(EDGES, "WEBP", lossless=True),
    "webp-alpha": encoded(FADED, "WEBP", quality=50, **SAID),
    "webp-lossless-alpha": encoded(FADED, "WEBP", lossless=True, exact=True),
}


@pytest.mark.parametrize("preset", ["none", "auto"])
@pytest.mark.parametrize("name", FILES)
def test_every_pixel_stays(name: str, preset: str) -> None:
    before, body = opened(FILES[name]), copy(FILES[name], preset)
    after = opened(body)
    assert (after.format, after.mode, after.tobytes()) == (before.format, before.mode, before.tobytes())
    assert after.info.get("icc_profile") == before.info.get("icc_profile")
    assert after.info.get("dpi", (96, 96)) == before.info.get("dpi", (96, 96))
    assert after.getexif().get(ExifTags.Base.Artist) == before.getexif().get(ExifTags.Base.Artist)
    assert len(body) <= len(FILES[name]) + APP0_BYTES


def riff(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<L", len(body)) + body


TOLD = {
    "a comment": JPEG[:2] + segment(0xFE, SECRET) + JPEG[2:],
    "an application's segment behind the tables": JPEG.replace(b"\xff\xc0", segment(0xED, SECRET) + b"\xff\xc0", 1),
    "what follows the picture": JPEG + SECRET,
    "what stands between the segments": JPEG.replace(b"\xff\xc0", SECRET + b"\xff\xc0", 1),
    "what stands in place of an end marker": JPEG[:-2] + SECRET,
    "chunks of a WebP": riff(FILES["webp"][12:], b"XYZ " + struct.pack("<L", len(SECRET)) + SECRET),
    "what follows a WebP": FILES["webp"] + SECRET,
}


@pytest.mark.parametrize("name", TOLD)
def test_nothing_but_pixels_stays(name: str) -> None:
    assert SECRET in TOLD[name]
    after = copy(TOLD[name])
    assert SECRET not in after
    assert np.abs(np.asarray(opened(after), float) - np.asarray(opened(TOLD[name]), float)).mean() < 16


NOT_THE_SAME = {
    "RGB components": encoded(EDGES, "JPEG", keep_rgb=True),
    "arithmetic codes": JPEG.replace(b"\xff\xc0", b"\xff\xc9", 1),
    "no end marker": JPEG[:-2],
    "another format": encoded(EDGES, "PNG"),
    "an animation": encoded(EDGES, "WEBP", save_all=True, append_images=[EDGES.rotate(180)]),
}


@pytest.mark.parametrize("name", NOT_THE_SAME)
def test_what_a_copy_would_not_show_alike_is_encoded_anew(name: str) -> None:
    body = NOT_THE_SAME[name]
    with Image.open(io.BytesIO(body)) as image:
        assert as_coded(image, 1, io.BytesIO(body)) is None


def test_a_turned_picture_is_encoded_anew() -> None:
    with Image.open(io.BytesIO(JPEG)) as image:
        assert [turn for turn in range(1, 9) if as_coded(image, turn, io.BytesIO(JPEG))] == [1]
