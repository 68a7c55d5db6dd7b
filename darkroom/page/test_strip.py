"""The test strip: the same photo at five strengths and in every preset, side by side, before anything is run again.

It only reads: the upload is fetched once, decoded once, and each picture is made once.
"""

import io
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query

from darkroom.page.strip_pictures import LONGEST_EDGE_PIXELS, MadePicture, StripSource, read_strip_source
from functions.enhance.edit.presets import Control
from functions.operate.api.api_context import ApiContext, Context
from functions.operate.api.photo_answers import picture_url
from functions.operate.api.photo_routes import Key
from functions.operate.api.picture_routes import KEPT, State, jpeg_answer
from functions.operate.api.problems import InvalidRequestError, known
from functions.operate.photo_record import PhotoRecord
from functions.operate.report_model import ReportModel
from functions.shared.controls import MAX_STRENGTH, Preset
from functions.shared.errors import SupersededUploadError
from functions.shared.storage import PinnedObject, read_whole

STRENGTHS = (20, 40, 60, 80, 100)
CHOICES = (
    *(Control("photo", strength) for strength in STRENGTHS),
    Control("auto"),
    Control("document"),
    Control("none"),
)
# Each takes a dozen megabytes at most, of 16 bits and with transparency.
MAX_STRIPS = 6
NOTE = (
    f"Made here from the upload, at {LONGEST_EDGE_PIXELS:,} pixels at most; nothing is stored. "
    "Noise and fine detail show at full size only."
)


class StripPicture(ReportModel):
    """One picture of a strip: the choice, what it does to the photo, and where the picture is; sizes in pixels."""

    preset: Preset
    strength: int
    words: str
    url: str
    width: int
    height: int
    is_current: bool


class StripAnswer(ReportModel):
    """A photo's test strip."""

    key: str
    pictures: list[StripPicture]
    note: str = NOTE


@dataclass
class Strip:
    """What a strip's pictures are made from, and those that have been made."""

    source: StripSource
    pictures: dict[Control, MadePicture] = field(default_factory=dict)


class StripCache:
    """Keeps the strips that were looked at last; makes one picture at a time, as decoded photos are large."""

    def __init__(self) -> None:
        self._strips: OrderedDict[tuple[str, str], Strip] = OrderedDict()
        self._at_work = Lock()

    def picture(self, key: str, version: str, control: Control, read: Callable[[], StripSource]) -> MadePicture:
        """Return one picture; raises what `read` does."""
        with self._at_work:
            strip = self._strip(key, version, read)
            if control not in strip.pictures:
                strip.pictures[control] = strip.source.made(control)
            return strip.pictures[control]

    def _strip(self, key: str, version: str, read: Callable[[], StripSource]) -> Strip:
        name = (key, version)
        if name not in self._strips:
            while len(self._strips) >= MAX_STRIPS:
                self._strips.popitem(last=False)
            self._strips[name] = Strip(read())
        self._strips.move_to_end(name)
        return self._strips[name]


def routes() -> Router:
    """Return the routes of the strips."""
    router = Router()  # type: ignore[no-untyped-call] # Powertools leaves some of its functions untyped
    cache = StripCache()

    @router.get("/test-strip", summary="A photo at five strengths and in every preset, before anything is run again")
    def show_strip(context: Context, key: Key) -> StripAnswer:
        return PhotoStrips(context, cache).answer(key)

    @router.get("/test-strip/picture", summary="One picture of a test strip")
    def show_picture(
        context: Context,
        key: Key,
        v: State,
        preset: Annotated[Preset, Query()],
        strength: Annotated[int, Query(ge=0, le=MAX_STRENGTH)],
    ) -> Response[str]:
        control = Control(preset, strength)
        if control not in CHOICES:
            raise InvalidRequestError(f"strength: a strip has no picture of {preset} at {strength}")
        picture = PhotoStrips(context, cache).picture(key, v, control)
        # The address names the upload and all that is done to it.
        return jpeg_answer(picture, KEPT)

    return router


@dataclass(frozen=True)
class PhotoStrips:
    """The test strips of a deployment's photos. Methods raise UnknownRecordError, DarkroomErrors and botocore's."""

    context: ApiContext
    cache: StripCache

    def answer(self, key: str) -> StripAnswer:
        """Return what a photo's strip consists of: each picture is made for its words, and kept for the browser."""
        record = self._record(key)
        version = record.sequencer
        made = [self.cache.picture(key, version, control, lambda: self._read(record)) for control in CHOICES]
        return StripAnswer(key=key, pictures=[_described(record, *one) for one in zip(CHOICES, made, strict=True)])

    def picture(self, key: str, version: str, control: Control) -> bytes:
        """Return one picture of the strip of a version. Raises SupersededUploadError where there is a newer one."""
        return self.cache.picture(key, version, control, lambda: self._read(self._record(key, version))).jpeg

    def _record(self, key: str, version: str | None = None) -> PhotoRecord:
        record = known(self.context.records.get(key), key)
        if version not in {None, record.sequencer}:
            raise SupersededUploadError(f"{key!r}: a newer upload has replaced the object. Load the page again.")
        return record

    def _read(self, record: PhotoRecord) -> StripSource:
        limits, bucket = self.context.enhancing, record.bucket or self.context.upload_bucket
        pinned = PinnedObject(bucket, record.key, record.version_id, record.etag)
        body = read_whole(self.context.clients("s3"), pinned, max_bytes=int(limits["MAX_BYTES"])).body
        pixels, frames = int(limits["MAX_PIXELS"]), int(limits["MAX_FRAMES"])
        return read_strip_source(io.BytesIO(body), max_pixels=pixels, max_frames=frames)


def _described(record: PhotoRecord, control: Control, made: MadePicture) -> StripPicture:
    width, height = made.size
    asked = {"v": record.sequencer, "preset": control.preset, "strength": control.strength}
    return StripPicture(
        preset=control.preset,
        strength=control.strength,
        words=made.words,
        url=picture_url("test-strip/picture", record, **asked),
        width=width,
        height=height,
        is_current=_is_current(record, control),
    )


def _is_current(record: PhotoRecord, control: Control) -> bool:
    """Return whether the copy that is there was made so."""
    made = record.enhancement
    preset, strength = made.get("preset"), made.get("strength_percent", MAX_STRENGTH)
    return record.status == "COMPLETED" and (preset, strength) == (control.preset, control.strength)
