"""What has a direction turns with the picture: chroma subsampling, quantization tables, resolution, marked areas."""

import io
import struct
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import ExifTags, Image

from functions.enhance.codec.chroma import chroma_of
from functions.enhance.codec.exif_writer import Exif, exif_bytes
from functions.enhance.codec.kept_exif import is_quarter_turned
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import enhance_photo
from functions.shared.imaging.exif import RATIONAL, SHORT, Value
from functions.shared.imaging.images import open_image
from tests.unit.enhance_scenes import encoded, landscape, photo
from verification.corpus.boxes import HEIC

ORIENTATIONS = range(1, 9)
# By the sampling factors of OpenCV's encoder: pixels per sample of colour, across and down, and those of a copy that
# is mirrored or turned by a half, and by a quarter. No encoder here writes 4:4:0, so 4:4:4 has to do.
SAMPLINGS = {
    0x111111: ((1, 1), (1, 1), (1, 1)),
    0x211111: ((2, 1), (2, 1), (1, 1)),
    0x121111: ((1, 2), (1, 1), (2, 1)),
    0x221111: ((2, 2), (2, 2), (2, 2)),
    0x411111: ((4, 1), (2, 1), (1, 1)),
}
UNEVEN = [[1 + row * 8 + column for row in range(8) for column in range(8)] for _ in range(2)]


def opened(body: bytes) -> Any:
    return Image.open(io.BytesIO(body))


def copy(body: bytes) -> Any:
    return opened(enhance_photo(io.BytesIO(body), max_pixels=10**6, control=Control("none")).body)


def exif_of(orientation: int) -> bytes:
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = orientation
    return tags.tobytes()


def with_orientation(jpeg: bytes, orientation: int) -> bytes:
    block = exif_of(orientation)
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + jpeg[2:]


def small() -> Image.Image:
    return photo(landscape()).resize((64, 48))


@pytest.mark.parametrize("factors", SAMPLINGS)
def test_the_subsampling_of_a_jpeg_turns_with_it(factors: int) -> None:
    done, jpeg = cv2.imencode(".jpg", np.asarray(small()), [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, factors])
    assert done
    stored, upright, turned = SAMPLINGS[factors]
    assert chroma_of(opened(jpeg.tobytes()), io.BytesIO()) == stored
    for orientation in ORIENTATIONS:
        after = copy(with_orientation(jpeg.tobytes(), orientation))
        expected = stored if orientation == 1 else upright if orientation < 5 else turned
        assert chroma_of(after, io.BytesIO()) == expected


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_the_tables_of_a_jpeg_turn_with_it(orientation: int) -> None:
    after = copy(encoded(small(), "JPEG", qtables=UNEVEN, exif=exif_of(orientation)))
    expected = (
        UNEVEN[0] if orientation < 5 else [UNEVEN[0][8 * column + row] for row in range(8) for column in range(8)]
    )
    assert after.quantization[0] == after.quantization[1] == expected


@pytest.mark.parametrize(("subsampling", "turned"), [("4:2:2", (1, 1)), ("4:2:0", (2, 2)), ("4:4:4", (1, 1))])
def test_the_subsampling_of_an_avif_turns_with_it(subsampling: str, turned: tuple[int, int]) -> None:
    body = encoded(small(), "AVIF", subsampling=subsampling, exif=exif_of(6))
    after = enhance_photo(io.BytesIO(body), max_pixels=10**6, control=Control("none")).body
    assert chroma_of(opened(after), io.BytesIO(after)) == turned


def xmp_of(orientation: int) -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" '
        f'tiff:Orientation="{orientation}"/></rdf:RDF></x:xmpmeta>'
    ).encode()


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("kind", ["JPEG", "JPEG by XMP", "PNG", "TIFF"])
def test_the_resolution_turns_with_the_picture(kind: str, orientation: int) -> None:
    name, _, by_xmp = kind.partition(" by ")
    said = {"xmp": xmp_of(orientation)} if by_xmp else {"exif": exif_of(orientation)}
    after = copy(encoded(small(), name, dpi=(300, 150), **said))
    assert after.info["dpi"] == pytest.approx((300, 150) if orientation < 5 else (150, 300), abs=1)
    assert after.size == ((64, 48) if orientation < 5 else (48, 64))


@pytest.mark.parametrize("steps", range(4))
def test_a_heic_is_turned_by_its_box_and_not_by_its_exif(steps: int) -> None:
    """Its EXIF says 6 in each case."""
    at = HEIC.index(b"irot") + 4
    body = io.BytesIO(HEIC[:at] + bytes([steps]) + HEIC[at + 1 :])
    with open_image(body, max_pixels=10**6) as image:
        assert is_quarter_turned(image, body) == (steps in {1, 3})


# SubjectArea, SubjectLocation, FocalPlaneXResolution and FocalPlaneYResolution.
AREAS = {
    37396: Value(SHORT, struct.pack(">4H", 1, 2, 3, 4)),
    41492: Value(SHORT, struct.pack(">2H", 1, 2)),
    41486: Value(RATIONAL, struct.pack(">2L", 3, 1)),
    41487: Value(RATIONAL, struct.pack(">2L", 2, 1)),
}


def test_areas_in_the_picture_are_dropped() -> None:
    """Also those of faces and panoramas in XMP, with all of it."""
    exif = Exif(details={**AREAS, int(ExifTags.Base.FNumber): Value(RATIONAL, struct.pack(">2L", 8, 1))})
    regions = xmp_of(1).replace(b"<rdf:Description", b"<rdf:Description mwg-rs='x' GPano:FullPanoWidthPixels='9'", 1)
    after = copy(encoded(small(), "JPEG", exif=exif_bytes(exif), xmp=regions))
    assert after.getexif().get_ifd(ExifTags.IFD.Exif) == {ExifTags.Base.FNumber: 8}
    assert "xmp" not in after.info


def test_an_aspect_without_a_unit_is_dropped() -> None:
    """A JFIF density of unit 0 and a pHYs of unit 0 say only how wide a pixel is; Pillow cannot write them."""
    jpeg = encoded(small(), "JPEG", dpi=(2, 1))
    ratio = jpeg.replace(b"JFIF\0\1\1\1", b"JFIF\0\1\1\0", 1)
    assert opened(ratio).info["jfif_unit"] == 0
    assert copy(ratio).info.get("jfif_density") in {(0, 0), (1, 1), None}
