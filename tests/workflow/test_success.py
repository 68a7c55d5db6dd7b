"""The happy path: every format in, a better photo, its record and its message out."""

import io
from datetime import datetime
from typing import Any

import pytest
import requests
from PIL import Image, ImageStat

from functions.shared.imaging.images import open_image
from functions.shared.workflow import STEPS
from tests.definitions import ROOT
from tests.photos import encoded, jpeg, opened, scene
from tests.waiting import ANSWER_LIMIT_SECONDS
from verification.harness.harness import Harness

HAPPY_PATH = [step.state for step in STEPS]


def mpo() -> bytes:
    return encoded(scene(), "MPO", save_all=True, append_images=[scene(160, 120)])


FORMATS: dict[str, tuple[Any, str, str]] = {
    "a.jpg": (jpeg, "JPEG", ""),
    "a.mpo": (mpo, "JPEG", ""),
    "a.png": (lambda: encoded(scene(), "PNG"), "PNG", ""),
    "a.webp": (lambda: encoded(scene(), "WEBP"), "WEBP", ""),
    "a.tiff": (lambda: encoded(scene(), "TIFF"), "JPEG", ".jpg"),
    "a.bmp": (lambda: encoded(scene(), "BMP"), "JPEG", ".jpg"),
    "a.gif": (lambda: encoded(scene(), "GIF"), "PNG", ".png"),
    "a.avif": (lambda: encoded(scene(), "AVIF"), "AVIF", ""),
    "a.heic": ((ROOT / "tests" / "data" / "turned.heic").read_bytes, "JPEG", ".jpg"),
    "png called.jpg": (lambda: encoded(scene(), "PNG"), "PNG", ""),
    "no extension": (jpeg, "JPEG", ""),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_comes_back_better(harness: Harness, name: str) -> None:
    make, output_format, suffix = FORMATS[name]
    original = make()
    key = harness.upload(original, harness.new_key(name), **{"user-id": "ada"})
    run = harness.run_of(key)
    assert (run.status, run.states) == ("SUCCEEDED", HAPPY_PATH), run.cause

    copy, answer = harness.object(f"enhanced/{key}{suffix}")
    before, image = as_seen(original), opened(copy)
    assert (image.format, image.size) == (output_format, before.size)
    assert answer["ContentType"] == f"image/{output_format.lower()}"
    assert contrast(image) > contrast(before)
    assert harness.object(key)[0] == original

    record = harness.record(key)
    assert (record["Status"], record["UserId"], record["Attempt"]) == ("COMPLETED", "ada", 1)
    assert (record["EnhancedKey"], record["Format"]) == (f"enhanced/{key}{suffix}", output_format)
    assert (record["Width"], record["Height"], record["Bytes"]) == (*before.size, len(copy))
    assert record["ExecutionArn"] == run.arn
    assert "Attention" not in record

    [message] = harness.messages(key)
    assert (message["status"], message["user_id"]) == ("COMPLETED", "ada")
    assert requests.get(message["link"]["url"], timeout=ANSWER_LIMIT_SECONDS).content == copy


def as_seen(data: bytes) -> Image.Image:
    """Return the photo as a person sees it, in formats too that Pillow alone does not open."""
    with open_image(io.BytesIO(data), max_pixels=1_000_000) as image:
        image.load()
        return image


def contrast(image: Image.Image) -> float:
    return ImageStat.Stat(image.convert("L")).stddev[0]


def test_things_happen_in_order(harness: Harness) -> None:
    key = harness.upload(jpeg())
    harness.run_of(key)
    writes = [
        (call.service, call.operation)
        for call in harness.aws.calls
        if call.caller and call.operation in {"PutItem", "UpdateItem", "PutObject", "Publish"}
    ]
    assert writes[-4:] == [("dynamodb", "PutItem"), ("s3", "PutObject"), ("dynamodb", "UpdateItem"), ("sns", "Publish")]


def test_the_record_says_when(harness: Harness) -> None:
    key = harness.upload(jpeg())
    harness.run_of(key)
    record = harness.record(key)
    uploaded, changed = (datetime.fromisoformat(record[name]) for name in ("UploadedAt", "Timestamp"))
    assert uploaded.utcoffset() == changed.utcoffset()
    assert (changed - uploaded).total_seconds() >= -1
    assert record["DurationMs"] > 0


def test_without_metadata_the_user_is_the_requester(harness: Harness) -> None:
    key = harness.upload(jpeg())
    run = harness.run_of(key)
    assert harness.record(key)["UserId"] == run.input["detail"]["requester"]


@pytest.mark.parametrize(
    "name",
    [
        "a b.jpg",
        "a+b.jpg",
        "%2B%20.jpg",
        "ünï/写真 🌅.jpg",
        "line\nbreak.jpg",
        "../up.jpg",
        "a//b.jpg",
        "x" * 960,
        "写" * 320,
    ],
)
def test_any_key_is_treated_exactly(harness: Harness, name: str) -> None:
    key = harness.upload(jpeg(), harness.new_key(name))
    run = harness.run_of(key)
    assert run.status == "SUCCEEDED", run.cause
    assert opened(harness.object(harness.record(key)["EnhancedKey"])[0]).size == (320, 240)
    assert [message["image_id"] for message in harness.messages(key)] == [key]


def test_a_large_photo_is_validated_by_a_few_ranged_reads(harness: Harness) -> None:
    noise = Image.effect_noise((4000, 3000), 100).convert("RGB")
    buffer = io.BytesIO()
    noise.save(buffer, "JPEG", quality=95)
    before = harness.calls("GetObject", "validate")
    key = harness.upload(buffer.getvalue())
    assert harness.run_of(key).status == "SUCCEEDED"
    assert harness.calls("GetObject", "validate") - before <= 3
