"""A photo before and after, small enough for a page; what cannot be shown is said."""

import base64
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from functions.operate.photo_pictures import LONGEST_EDGE_PIXELS, Picture, pictures, scaled
from tests.photos import encoded, jpeg
from tests.unit.operate_samples import record
from tests.unit.test_record_queries import PROJECT


def clients_of(s3: Any) -> Callable[[str], Any]:
    """Return the clients of a project whose copies lie in the bucket `plain`."""

    class Lambda:
        def get_function_configuration(self, FunctionName: str) -> Any:  # noqa: N803 - boto3's name
            assert FunctionName == f"{PROJECT.name}-enhance"
            return {"Environment": {"Variables": {"ENHANCED_BUCKET_NAME": "plain"}}}

    return lambda service: s3 if service == "s3" else Lambda()


def shown(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(picture.data_url.partition(",")[2])))


def test_the_upload_and_its_copy_are_shown_small_and_upright(s3: Any) -> None:
    upload = Image.new("RGB", (2000, 1000), "red")
    turned = Image.Exif()
    turned[0x0112] = 6
    file = io.BytesIO()
    upload.save(file, "JPEG", exif=turned)
    s3.put_object(Bucket="plain", Key="a.jpg", Body=file.getvalue())
    s3.put_object(Bucket="plain", Key="enhanced/a.jpg", Body=jpeg())
    found = record("a.jpg", "COMPLETED", bucket="plain", version_id=None, enhanced_key="enhanced/a.jpg")
    before, after = pictures(clients_of(s3), PROJECT, found, str)
    assert (before.title, after.title) == ("Before", "After")
    assert shown(before).size == (before.width, before.height) == (LONGEST_EDGE_PIXELS // 2, LONGEST_EDGE_PIXELS)
    assert shown(after).format == "JPEG"
    assert len(before.data_url) < 100_000


def test_a_rendition_that_is_large_enough_stands_for_the_copy(s3: Any) -> None:
    s3.put_object(Bucket="plain", Key="enhanced/a.jpg", Body=b"is not read")
    s3.put_object(Bucket="plain", Key="web", Body=jpeg())
    copies = {name: {"key": name, "width": width, "height": 9} for name, width in (("thumb", 40), ("web", 1600))}
    found = record("a.jpg", "COMPLETED", bucket="", enhanced_key="enhanced/a.jpg", renditions=copies)
    [after] = pictures(clients_of(s3), PROJECT, found, str)
    assert after.why_not == ""


@pytest.mark.parametrize(
    ("body", "limit", "why"),
    [(None, 9, "NoSuchKey"), (b"no photo", 9, "not like a photo"), (b"1234567890", 9, "too many for a page")],
)
def test_what_cannot_be_shown_is_said(
    s3: Any, monkeypatch: pytest.MonkeyPatch, body: bytes | None, limit: int, why: str
) -> None:
    monkeypatch.setattr("functions.operate.photo_pictures.MAX_BYTES", limit)
    if body is not None:
        s3.put_object(Bucket="plain", Key="beach.jpg", Body=body)
    [before] = pictures(clients_of(s3), PROJECT, record(bucket="plain", version_id=None), str)
    assert before.data_url == ""
    assert why in before.why_not


def test_a_photo_that_is_small_is_not_enlarged() -> None:
    _, width, height = scaled(jpeg())
    with Image.open(io.BytesIO(jpeg())) as image:
        assert (width, height) == image.size


RAMP = np.linspace(0, 65535, 64 * 48).reshape(48, 64)


@pytest.mark.parametrize(
    ("picture", "file_format"),
    [
        (Image.fromarray(RAMP.astype(np.uint16)), "PNG"),
        (Image.fromarray(RAMP.astype(np.uint16)), "TIFF"),
        (Image.fromarray(RAMP.astype(np.int32)), "TIFF"),
        (Image.fromarray((RAMP / 65535).astype(np.float32)), "TIFF"),
        (Image.fromarray((RAMP * 9 - 400_000).astype(np.float32)), "TIFF"),
    ],
)
def test_grey_of_more_than_eight_bits_keeps_its_tones(picture: Image.Image, file_format: str) -> None:
    content, _, _ = scaled(encoded(picture, file_format))
    with Image.open(io.BytesIO(content)) as shown:
        tones = np.asarray(shown.convert("L"))
    assert (tones.min(), tones.max()) == (pytest.approx(0, abs=3), pytest.approx(255, abs=3))
    assert tones.mean() == pytest.approx(127, abs=2)


def test_ink_whose_profile_cannot_be_read_is_shown_all_the_same() -> None:
    ink = Image.new("CMYK", (16, 16), (255, 0, 0, 0))
    plain, broken = (scaled(encoded(ink, "TIFF", **options))[0] for options in ({}, {"icc_profile": b"no profile"}))
    assert plain == broken
