"""The test strip shows, small, what the enhancement would do to the photo at full size."""

import asyncio
import io
import json
from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest
from botocore.exceptions import ClientError
from numpy.typing import NDArray
from PIL import Image

from darkroom.page.api import resolver
from darkroom.page.strip_pictures import LONGEST_EDGE_PIXELS, MadePicture, StripSource, read_strip_source
from darkroom.page.test_strip import CHOICES, MAX_STRIPS, PhotoStrips, StripCache, routes
from functions.enhance.codec.buffer_pool import buffer_pool
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import enhance_photo
from functions.operate.api.problems import UnknownRecordError
from functions.shared.errors import (
    CorruptImageError,
    DarkroomError,
    ImageNotFoundError,
    ImageTooLargeError,
    SupersededUploadError,
)
from tests.unit.colour_files import ADOBE_RGB, DISPLAY_P3, LINEAR_LIGHT, as_shown, difference, png
from tests.unit.enhance_scenes import encoded, photo, surfaces
from tests.unit.operate_samples import record

# Each test enhances a photo several times.
pytestmark = pytest.mark.slow

Levels = NDArray[np.float64]
MAX_PIXELS = 4_000_000
# Mean distances (CIE76) of a strip's picture from the copy at full size, scaled down; without noise, and with much.
CLOSE, CLOSE_IN_NOISE = 1.5, 3.0


def read(body: bytes) -> StripSource:
    return read_strip_source(io.BytesIO(body), max_pixels=MAX_PIXELS, max_frames=1)


def page_photo() -> bytes:
    """Return a page with lines of print, lit from one side."""
    paper = np.linspace(0.5, 0.9, 1500)[None, :, None].repeat(400, axis=0).repeat(3, axis=2)
    paper[50:350:40, 100:1400] *= 0.15
    return encoded(photo(paper), "PNG")


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg))


def distance(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Return the mean distance of two pictures in CIELAB, 0 to 1 in sRGB."""
    labs = [cv2.cvtColor(levels.astype(np.float32), cv2.COLOR_RGB2Lab) for levels in (one, other)]
    return float(np.linalg.norm(labs[0] - labs[1], axis=-1).mean())


def test_the_effect_grows_with_the_strength() -> None:
    strip = read(encoded(photo(surfaces() * 0.4), "PNG"))
    untouched = as_shown(strip.made(Control("none")).jpeg)
    effects = [distance(as_shown(strip.made(Control("photo", n)).jpeg), untouched) for n in (0, 20, 40, 60, 80, 100)]
    assert effects[0] < 0.1
    assert all(after > before + 1 for before, after in pairwise(effects))


@pytest.mark.parametrize(
    ("body", "close"),
    [
        (lambda: encoded(photo(surfaces(1250, 150) * 0.4), "PNG"), CLOSE),
        (page_photo, CLOSE),
        (lambda: encoded(photo(surfaces(1250, 150)), "JPEG", quality=95), CLOSE),
        (lambda: png(surfaces(1250, 150), profile=ADOBE_RGB.profile), CLOSE),
        (lambda: png(surfaces(1250, 150) * 0.5, bits=16, profile=LINEAR_LIGHT.profile), CLOSE),
        (lambda: encoded(photo(noisy(surfaces(1250, 150) * 0.15)), "PNG"), CLOSE_IN_NOISE),
    ],
    ids=["dark", "page", "good", "Adobe RGB", "linear light", "noise"],
)
def test_a_strip_says_and_shows_what_the_copy_at_full_size_will_be(body: Callable[[], bytes], close: float) -> None:
    source = read(body())
    for control in (Control("photo", 80), Control("document")):
        copy = enhance_photo(io.BytesIO(body()), max_pixels=MAX_PIXELS, control=control)
        assert source.made(control).words == copy.enhancement["summary"]
        small = as_shown(source.made(control).jpeg)
        expected = cv2.resize(shown(copy.body), small.shape[1::-1], interpolation=cv2.INTER_AREA)
        assert distance(small, expected) < close, control


def noisy(levels: Levels) -> Levels:
    return levels + np.random.default_rng(3).normal(0, 0.02, levels.shape)


def shown(body: bytes) -> Levels:
    """Return what a viewer shows of a copy: of 16 bits, those of linear light need all."""
    with Image.open(io.BytesIO(body)) as image:
        is_deep = image.format == "PNG" and body[24] == 16
        profile = image.info.get("icc_profile")
    if not is_deep:
        return as_shown(body)
    coded = np.asarray(cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_UNCHANGED))[..., ::-1] / 65535
    return np.asarray((LINEAR_LIGHT.shown(coded) if profile else coded).clip(0, 1))


def test_none_keeps_the_pixels() -> None:
    picture = photo(surfaces(400, 300))
    assert difference(as_shown(read(encoded(picture, "PNG")).made(Control("none")).jpeg), surfaces(400, 300)) < 2
    assert read(encoded(picture, "PNG")).made(Control("none")).words == "Left as it is, as was asked for."


def test_a_turned_photo_stands_upright_and_is_scaled() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    source = read(encoded(photo(surfaces(1250, 750)), "JPEG", exif=turned))
    assert source.size == (600, LONGEST_EDGE_PIXELS)
    found = opened(source.made(Control("none")).jpeg)
    assert (found.format, found.size, found.getexif().get(0x0112, 1)) == ("JPEG", source.size, 1)
    # The light comes from the right, and after a quarter turn from below.
    luma = np.asarray(found.convert("L"), dtype=float)
    assert luma[-100:].mean() > luma[:100].mean() + 100


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (1001, 2)])
@pytest.mark.parametrize("mode", ["L", "RGB", "LA", "RGBA", "1", "P", "I;16"])
def test_every_size_and_mode_has_all_pictures(mode: str, size: tuple[int, int]) -> None:
    source = read(encoded(Image.new(mode, size), "PNG"))
    for control in (Control("photo"), Control("document")):
        assert opened(source.made(control).jpeg).size == source.size
        assert source.made(control).words
    assert max(source.size) == min(LONGEST_EDGE_PIXELS, max(size))


def test_a_wide_gamut_is_shown_in_its_colours() -> None:
    coded = surfaces(300, 200) * 0.6 + 0.2
    strip = as_shown(read(png(coded, profile=DISPLAY_P3.profile)).made(Control("none")).jpeg)
    assert difference(strip, DISPLAY_P3.shown(coded).clip(0, 1)) < 3


@pytest.mark.parametrize("bits", [8, 16])
def test_invisible_colours_do_not_bleed_into_what_is_seen(bits: int) -> None:
    levels = np.zeros((200, 1500, 4), np.uint8 if bits == 8 else np.uint16)
    top = np.iinfo(levels.dtype).max
    levels[..., 2], levels[:, ::2, 0], levels[:, ::2, 3] = top, 0, 0
    levels[:, 1::2] = [top // 2, top // 2, top // 2, top]
    body = cv2.imencode(".png", levels)[1].tobytes()
    red, green, blue = as_shown(read(body).made(Control("none")).jpeg)[30:100, 300:700].mean(axis=(0, 1))
    # Half of it is grey, and the other half is the white below.
    assert max(red, green, blue) - min(red, green, blue) < 0.02
    assert 0.7 < red < 0.8


@pytest.mark.parametrize(
    ("body", "error", "why"),
    [
        (encoded(photo(surfaces(300, 200)), "JPEG")[:4000], CorruptImageError, "Upload it again"),
        (encoded(Image.new("1", (3000, 2000)), "PNG"), ImageTooLargeError, "pixels"),
    ],
    ids=["cut short", "too large"],
)
def test_what_cannot_be_enhanced_is_refused_in_the_same_words(
    body: bytes, error: type[DarkroomError], why: str
) -> None:
    with pytest.raises(error, match=why):
        read(body)
    with buffer_pool() as pool:
        assert len(pool.buffer) == 0


def test_a_large_photo_leaves_no_memory_behind() -> None:
    read(encoded(photo(surfaces(1250, 150)), "JPEG"))
    with buffer_pool() as pool:
        assert len(pool.buffer) == 0


def test_a_picture_is_made_once_and_only_the_last_strips_are_kept() -> None:
    body, reads = encoded(Image.new("RGB", (40, 30)), "PNG"), list[str]()
    cache = StripCache()

    def look(key: str, version: str = "1") -> MadePicture:
        def read_it() -> StripSource:
            reads.append(key)
            return read(body)

        return cache.picture(key, version, Control("none"), read_it)

    assert look("a") is look("a")
    assert reads == ["a"]
    look("a", "2")
    assert reads == ["a", "a"]
    for n in range(MAX_STRIPS):
        look(str(n))
    look("a", "2")
    assert reads == ["a", "a", *map(str, range(MAX_STRIPS)), "a"]


class Deployment:
    """What stands behind the strips: one photo in S3, and its record."""

    def __init__(self, s3: Any, body: bytes = b"", **changes: Any) -> None:
        etag = s3.put_object(Bucket="plain", Key="a b.png", Body=body)["ETag"].strip('"')
        found = {"status": "COMPLETED", "bucket": "plain", "version_id": None, "etag": etag, "sequencer": "01"}
        self.record: Any = record("a b.png", **{**found, **changes})
        self.s3, self.max_bytes = s3, "1000000"

    @property
    def strips(self) -> PhotoStrips:
        """Strips that have been looked at by nobody."""
        return PhotoStrips(self.context, StripCache())

    @property
    def context(self) -> Any:
        records = SimpleNamespace(get=lambda _key: self.record)
        limits = {"MAX_BYTES": self.max_bytes, "MAX_PIXELS": str(MAX_PIXELS), "MAX_FRAMES": "1"}
        return SimpleNamespace(records=records, enhancing=limits, clients=lambda _service: self.s3, explain=str)

    def asked(self, path: str) -> tuple[int, bytes]:
        """Return what the page's API answers."""
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": b""}

        async def send(message: Any) -> None:
            sent.append(message)

        place, _, query = path.partition("?")
        scope = {"type": "http", "method": "GET", "path": place, "query_string": query.encode(), "headers": []}
        asyncio.run(resolver(self.context, (routes(),))(scope, receive, send))
        return sent[0]["status"], sent[1]["body"]


def test_an_answer_names_each_choice_and_the_one_that_was_made(s3: Any) -> None:
    body = encoded(photo(surfaces(320, 240) * 0.4), "PNG")
    deployment = Deployment(s3, body, enhancement={"preset": "photo", "strength_percent": 60})
    answer = deployment.strips.answer("a b.png")
    choices = [(picture.preset, picture.strength) for picture in answer.pictures]
    assert choices == [*(("photo", n) for n in (20, 40, 60, 80, 100)), ("auto", 100), ("document", 100), ("none", 100)]
    assert [picture.strength for picture in answer.pictures if picture.is_current] == [60]
    assert answer.pictures[0].url == "/api/test-strip/picture?key=a+b.png&v=01&preset=photo&strength=20"
    assert (answer.pictures[0].width, answer.pictures[0].height) == (320, 240)
    assert "of all this, 20% was carried out" in answer.pictures[0].words
    assert opened(deployment.strips.picture("a b.png", "01", Control("photo", 20))).size == (320, 240)


def test_the_pictures_that_were_made_for_their_words_are_not_made_again(
    s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, make = list[Control](), StripSource.made

    def counted(source: StripSource, control: Control) -> MadePicture:
        assert strips.cache._at_work.locked()
        made.append(control)
        return make(source, control)

    monkeypatch.setattr(StripSource, "made", counted)
    strips = Deployment(s3, encoded(photo(surfaces(40, 30)), "PNG")).strips
    strips.answer("a b.png")
    for control in CHOICES:
        strips.picture("a b.png", "01", control)
    assert made == list(CHOICES)


def test_the_routes_answer_with_pictures_and_with_sentences(s3: Any) -> None:
    deployment = Deployment(s3, encoded(photo(surfaces(320, 240) * 0.4), "PNG"))
    status, body = deployment.asked("/api/test-strip?key=a+b.png")
    assert status == 200
    pictures = json.loads(body)["pictures"]
    status, body = deployment.asked(pictures[2]["url"])
    assert (status, opened(body).size) == (200, (320, 240))
    for query, expected, words in (
        ("key=a+b.png&v=01&preset=photo&strength=61", 400, "no picture of photo at 61"),
        ("key=a+b.png&v=01&preset=vivid&strength=60", 400, "preset"),
        ("key=a+b.png&v=00&preset=photo&strength=60", 409, "a newer upload has replaced"),
    ):
        status, body = deployment.asked(f"/api/test-strip/picture?{query}")
        assert status == expected
        assert words in json.loads(body)["message"]


def test_a_photo_that_cannot_be_read_is_refused_in_a_sentence(s3: Any) -> None:
    deployment = Deployment(s3, b"no photo at all")
    with pytest.raises(SupersededUploadError, match="Load the page again"):
        deployment.strips.picture("a b.png", "00", Control())
    with pytest.raises(DarkroomError, match="photo"):
        deployment.strips.answer("a b.png")
    deployment.max_bytes = "9"
    with pytest.raises(ImageTooLargeError, match="has 15 bytes, the limit is 9"):
        deployment.strips.answer("a b.png")
    s3.delete_object(Bucket="plain", Key="a b.png")
    with pytest.raises(ImageNotFoundError, match="Upload it again"):
        deployment.strips.answer("a b.png")
    deployment.record = None
    with pytest.raises(UnknownRecordError, match=r"there is no record of 'a b\.png'"):
        deployment.strips.answer("a b.png")


def test_a_failing_s3_is_no_fault_of_the_photo(s3: Any) -> None:
    deployment = Deployment(s3, bucket="of-nobody")
    with pytest.raises((DarkroomError, ClientError), match=r"NoSuchBucket|refused|exist"):
        deployment.strips.answer("a b.png")
