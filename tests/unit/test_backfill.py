"""Backfill: which uploads are taken, the event and the name of each, batches, pace, price, and what became of them."""

import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkroom.local.events import version_listings
from functions.operate.backfill.backfill_price import (
    first_limit,
    price_of,
    starting_dollars_per_million,
    usual_rate,
)
from functions.operate.backfill.backfill_progress import FORGOTTEN, GONE, NEWER, OTHER_RUN, PlanProgress, progress_of
from functions.operate.backfill.backfill_verdict import TAKEN, Standing, standing_of
from functions.operate.backfill.bucket_survey import Survey
from functions.operate.backfill.bucket_uploads import BucketUploads, StoredUpload
from functions.operate.backfill.plan_file import (
    BATCH_PHOTOS,
    MAX_BATCH_BYTES,
    UnreadablePlanError,
    batches,
    file_writer,
    parsed,
    read_plan,
    write_plan,
)
from functions.operate.backfill.planned_photo import PlannedPhoto, following, planned_photo
from functions.operate.backfill.reprocess import Reprocess
from functions.operate.backfill.start_pace import (
    MAX_RATE,
    MIN_RATE,
    PAUSES_SECONDS,
    StartPace,
    lanes_for,
    start_pace,
)
from functions.operate.photo_record import PhotoRecord
from functions.operate.project import Project
from functions.shared.contracts import read_upload_event
from functions.shared.records.sequencer import normalise_sequencer
from tests.definitions import ROOT
from tests.unit.conftest import session
from tests.unit.operate_samples import ARN, NOW, ago, record

LEASE_SECONDS = 90_000
SETTLED_AFTER = timedelta(minutes=10)
BUCKET, ACCOUNT = "photos", "123456789012"


def upload(key: str = "beach.jpg", **changes: Any) -> StoredUpload:
    """Return the upload of the record that `record()` makes, unless the changes say otherwise."""
    values = {"etag": "abc", "version_id": "v1", "size_bytes": 8, "stored_at": ago(minutes=6), **changes}
    return StoredUpload(key=key, **values)


def standing(found: StoredUpload, its: PhotoRecord | None) -> Standing:
    return standing_of(found, its, NOW, lease_seconds=LEASE_SECONDS, settled_after=SETTLED_AFTER)


OLD = ago(hours=1)
PLAIN: dict[str, Any] = {"version_id": None}


@pytest.mark.parametrize(
    ("found", "its", "expected"),
    [
        (upload(stored_at=OLD), None, Standing.NO_RECORD),
        (upload(), None, Standing.YOUNG),
        (upload(), record(), Standing.FAILED),
        (upload(), record(error="CorruptImageError"), Standing.WOULD_FAIL),
        (upload(), record(status="COMPLETED"), Standing.COMPLETED),
        (upload(), record(status="PROCESSING"), Standing.AT_WORK),
        (upload(), record(status="PROCESSING", changed_at=ago(hours=26)), Standing.STUCK),
        (upload(), record(forgetting={"attempt": 1}), Standing.FORGOTTEN),
        (upload(version_id="v2", stored_at=OLD), record(uploaded_at=ago(hours=2)), Standing.NEWER),
        (upload(version_id="v2", stored_at=ago(minutes=1)), record(uploaded_at=ago(hours=2)), Standing.YOUNG),
        # The newer one was deleted: what lies there now came before it.
        (upload(version_id="v0", stored_at=ago(hours=3)), record(uploaded_at=ago(hours=2)), Standing.OLDER),
        # S3's own times differ by less than a second.
        (upload(version_id="v2", stored_at=OLD), record(uploaded_at=OLD - timedelta(seconds=1)), Standing.OLDER),
        (upload(version_id="v2", stored_at=OLD), record(uploaded_at=None), Standing.OLDER),
        # Nothing can be repeated from a record that does not say of which upload it is.
        (upload(), record(uploaded_at=None), Standing.INCOMPLETE),
        (upload(), record(status="COMPLETED", bucket=""), Standing.INCOMPLETE),
        (upload(), record(etag="", status="PROCESSING", changed_at=ago(hours=26)), Standing.INCOMPLETE),
        (upload(), record(etag="", status="PROCESSING"), Standing.AT_WORK),
        # Without versions, the content tells.
        (upload(version_id=None), record(version_id=None, status="COMPLETED"), Standing.COMPLETED),
        (upload(version_id=None, etag="new", stored_at=OLD), record(**PLAIN, uploaded_at=ago(days=1)), Standing.NEWER),
        # Versioning was switched on since, or off.
        (upload(version_id=None, stored_at=OLD), record(uploaded_at=ago(hours=2)), Standing.NEWER),
    ],
)
def test_an_upload_stands_to_its_record(found: StoredUpload, its: PhotoRecord | None, expected: Standing) -> None:
    assert standing(found, its) is expected


def test_each_kind_of_backfill_takes_more_and_never_what_must_stay() -> None:
    missing, failed, everything = (TAKEN[kind] for kind in Reprocess)
    assert missing < failed < everything
    stays = {Standing.AT_WORK, Standing.YOUNG, Standing.FORGOTTEN, Standing.OLDER, Standing.WOULD_FAIL}
    assert everything == set(Standing) - stays - {Standing.INCOMPLETE}


def planned(found: StoredUpload, its: PhotoRecord | None = None, how: Standing = Standing.NO_RECORD) -> PlannedPhoto:
    return planned_photo(found, its, how, bucket=BUCKET, account_id=ACCOUNT)


def test_an_upload_without_a_record_gets_the_event_that_s3_would_have_sent_with_the_lowest_sequencer() -> None:
    event = read_upload_event(planned(upload()).input)
    assert (event.key, event.time, event.detail.requester) == ("beach.jpg", ago(minutes=6), ACCOUNT)
    assert (event.detail.bucket.name, event.detail.object.version_id, event.detail.object.etag) == (BUCKET, "v1", "abc")
    assert normalise_sequencer(event.detail.object.sequencer) == "0" * 32
    assert (event.rerun.unless_forgotten, event.rerun.as_recorded) == (True, {})
    assert "version-id" not in planned(upload(version_id=None)).input["detail"]["object"]


def test_a_recorded_upload_is_made_anew_while_its_record_is_as_it_was() -> None:
    its = record(status="COMPLETED", rerun={"preset": "photo"}, redrive_count=2)
    event = read_upload_event(planned(upload(), its, Standing.COMPLETED).input)
    assert (event.detail.object.sequencer, event.detail.object.version_id) == (its.sequencer, "v1")
    assert (event.rerun.of, event.rerun.needs_record, event.rerun.redrive_count) == (ARN, True, 2)
    assert event.rerun.as_recorded == {"of": ARN, "force": True, "preset": "photo"}


@pytest.mark.parametrize(
    ("how", "is_forced"), [(Standing.FAILED, False), (Standing.COMPLETED, True), (Standing.STUCK, True)]
)
def test_only_a_record_that_is_not_free_is_taken_by_force(how: Standing, is_forced: bool) -> None:
    assert read_upload_event(planned(upload(), record(), how).input).rerun.force is is_forced


def test_an_upload_newer_than_its_record_comes_right_after_it_and_before_any_other() -> None:
    its = record(sequencer="0055AED6DCD90281FF")
    event = read_upload_event(planned(upload(version_id="v2"), its, Standing.NEWER).input)
    assert normalise_sequencer(event.detail.object.sequencer) == normalise_sequencer("55AED6DCD9028200")
    assert (event.detail.object.version_id, event.rerun.force) == ("v2", False)
    assert (event.rerun.follows, event.rerun.as_recorded) == (its.sequencer, {})


@given(st.text("0123456789ABCDEFabcdef", min_size=1, max_size=31))
def test_the_following_sequencer_is_the_next_one(sequencer: str) -> None:
    assert int(following(sequencer), 16) == int(sequencer, 16) + 1
    assert following(sequencer) > normalise_sequencer(sequencer)


def test_names_follow_from_key_version_and_record() -> None:
    again, named = planned(upload()), planned(upload()).name
    assert again.name == named
    assert re.fullmatch(r"backfill-[0-9a-f]{40}", named)
    others = [
        planned(upload("sea.jpg")),
        planned(upload(version_id="v2")),
        planned(upload(version_id=None)),
        planned(upload(version_id=None, stored_at=OLD)),
        planned(upload(), record(), Standing.FAILED),
        planned(upload(), record(attempt=2), Standing.FAILED),
        planned(upload(), record(redrive_count=1), Standing.FAILED),
        planned(upload(version_id="v2"), record(), Standing.NEWER),
        planned(upload(version_id="v2"), record(sequencer="1"), Standing.NEWER),
    ]
    assert len({named, *(other.name for other in others)}) == len(others) + 1


def many(count: int, key: str = "{}.jpg") -> Iterator[PlannedPhoto]:
    return (planned(upload(key.format(number))) for number in range(count))


@given(st.integers(0, 3 * BATCH_PHOTOS + 1), st.sampled_from(["{}.jpg", "{}" + "Ж" * 500, '{}"\\' + "\n" * 900]))
def test_a_plan_holds_every_photo_in_batches_that_step_functions_takes(count: int, key: str) -> None:
    file = io.StringIO()
    write_plan(file, many(count, key))
    document = json.loads(file.getvalue())
    assert all(0 < len(batch) <= BATCH_PHOTOS for batch in document)
    assert len(document) == -(-count // BATCH_PHOTOS)
    assert [photo for batch in document for photo in batch] == [photo.model_dump() for photo in many(count, key)]
    assert list(parsed(io.StringIO(file.getvalue()), "plan")) == list(many(count, key))


def test_a_batch_of_large_events_is_cut_before_it_is_too_large() -> None:
    large = planned(upload()).model_copy(update={"input": {"pad": "x" * 60_000}})
    sizes = [len(batch) for batch in batches([large] * 7)]
    assert sizes == [3, 3, 1]
    assert MAX_BATCH_BYTES > 3 * 60_000


def test_a_plan_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    file_writer(path)(many(3))
    before = path.read_text()

    def broken() -> Iterator[PlannedPhoto]:
        yield from many(40)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        file_writer(path)(broken())
    assert (path.read_text(), list(tmp_path.iterdir())) == (before, [path])
    assert list(read_plan(path)) == list(many(3))


@pytest.mark.parametrize("text", ["", "{}", "[", "[\n", "[\n[1]\n]", '[\n[{"name": "a"}]\n]', "[\n[{\n]", "not json"])
def test_what_is_no_plan_is_said_to_be_none(text: str) -> None:
    with pytest.raises(UnreadablePlanError, match=r"holiday is no plan \(.+\): make one with `backfill plan`"):
        list(parsed(io.StringIO(text), "holiday"))


@given(st.floats(MIN_RATE, MAX_RATE))
def test_a_pace_comes_close_to_a_rate_from_below(rate: float) -> None:
    pace = start_pace(rate)
    assert pace.lanes >= 1
    assert rate * 0.5 < pace.per_second <= rate * 1.001


@pytest.mark.parametrize(
    ("rate", "lanes", "pause"), [(MIN_RATE, 1, 5), (1, 1, 1), (1.25, 5, 4), (20, 20, 1), (0.5, 1, 2)]
)
def test_a_pace_is_made_of_whole_seconds(rate: float, lanes: int, pause: int) -> None:
    assert start_pace(rate) == (lanes, pause)


def test_a_rate_that_no_pace_keeps_is_refused_with_what_can_be_had() -> None:
    with pytest.raises(ValueError, match=r"it can be 0.2 to 10000"):
        start_pace(0.1)
    assert lanes_for(2, 4) == 8
    with pytest.raises(ValueError, match=r"0.25 to 2500 photos a second: for 0.1, stop it and apply it again"):
        lanes_for(0.1, 4)


# A million photos of 24 megapixels, as large as those that were measured.
MILLION_OF_24_MEGAPIXELS = 1_000_000, 5_117_860_000_000


@pytest.mark.parametrize(
    ("concurrency", "region", "name", "most_per_second"),
    [
        (10, "eu-west-1", "Lambda, concurrency", 10),
        (1000, "eu-central-1", "Step Functions, starts", 150),
        (5000, "us-east-1", "Step Functions, starts", 300),
    ],
)
def test_the_first_quota_binds_and_live_uploads_keep_half(
    concurrency: int, region: str, name: str, most_per_second: float
) -> None:
    limit = first_limit(*MILLION_OF_24_MEGAPIXELS, concurrency, region)
    assert limit.name == name
    assert most_per_second / 2 < limit.photos_per_second <= most_per_second
    assert usual_rate(limit) == limit.photos_per_second / 2


ONE_SECOND, FIVE_SECONDS = start_pace(1), start_pace(MIN_RATE)


def test_the_price_is_that_of_the_deployment_guide_and_of_starting() -> None:
    guide = (ROOT / "docs" / "deploy.md").read_text()
    [together] = re.findall(r"^- A million photos of 24 megapixels: (\d+\.\d\d) dollars", guide, re.MULTILINE)
    spared = 5 + 1
    for pace in (ONE_SECOND, FIVE_SECONDS):
        more = starting_dollars_per_million(pace) - spared
        # One a second finds functions warm, as photos that come evenly do, and all are traced.
        assert price_of(*MILLION_OF_24_MEGAPIXELS, pace) == pytest.approx(float(together) + more, abs=6)
    least, most = map(starting_dollars_per_million, (ONE_SECOND, FIVE_SECONDS))
    words = " ".join(guide.split())
    assert f"costs {spared} dollars a million less" in words
    assert f"and {least:.0f} dollars more for starting them, {most:.0f} at the slowest pace" in words


def test_starting_costs_what_its_lanes_wait() -> None:
    by_second = [starting_dollars_per_million(StartPace(1, seconds)) for seconds in PAUSES_SECONDS]
    # A second of 64 MB, a million times.
    assert [later - before for before, later in pairwise(by_second)] == pytest.approx([1.042] * 4, abs=0.001)


def test_small_photos_cost_less_and_no_photo_costs_nothing() -> None:
    assert price_of(1_000_000, 600_000_000_000, ONE_SECOND) < price_of(*MILLION_OF_24_MEGAPIXELS, ONE_SECOND)
    assert price_of(0, 0, ONE_SECOND) == 0


OWN = planned(upload())
AGAIN = planned(upload(), record(status="COMPLETED"), Standing.COMPLETED)
NEXT = planned(upload(version_id="v2"), record(), Standing.NEWER)
LOWEST, RECORDED, FOLLOWING = (photo.sequencer for photo in (OWN, AGAIN, NEXT))
BY_PLAN = f"{ARN.rpartition(':')[0]}:{AGAIN.name}"
FAILURE = "TransientServiceError: S3 did not answer."


@pytest.mark.parametrize(
    ("photo", "its", "outcome", "why"),
    [
        (OWN, None, "waiting", ""),
        (OWN, record(status="COMPLETED", sequencer=LOWEST), "done", ""),
        (OWN, record(status="PROCESSING", sequencer=LOWEST), "at work", ""),
        (OWN, record(sequencer=LOWEST), "failed", FAILURE),
        (OWN, record(status="COMPLETED"), "skipped", NEWER),
        (AGAIN, record(status="COMPLETED", sequencer=RECORDED), "waiting", ""),
        (AGAIN, record(status="COMPLETED", sequencer=RECORDED, redrive_count=1), "skipped", OTHER_RUN),
        (AGAIN, record(status="PROCESSING", sequencer=RECORDED, redrive_count=1), "skipped", OTHER_RUN),
        (AGAIN, record(sequencer=RECORDED, execution_arn=BY_PLAN, redrive_count=1), "failed", FAILURE),
        (AGAIN, record(status="COMPLETED", sequencer=RECORDED, forgetting={"attempt": 1}), "skipped", FORGOTTEN),
        (AGAIN, record(status="COMPLETED", sequencer=RECORDED, execution_arn=BY_PLAN), "done", ""),
        (AGAIN, record(status="COMPLETED", sequencer=RECORDED, execution_arn="arn:other"), "skipped", OTHER_RUN),
        (AGAIN, record(status="COMPLETED", sequencer=FOLLOWING), "skipped", NEWER),
        (AGAIN, record(status="COMPLETED", sequencer=LOWEST), "skipped", GONE),
        (AGAIN, None, "skipped", GONE),
        (NEXT, None, "skipped", GONE),
        (NEXT, record(status="COMPLETED", sequencer=LOWEST), "skipped", GONE),
        (NEXT, record(sequencer=RECORDED), "waiting", ""),
        (NEXT, record(status="COMPLETED", sequencer=FOLLOWING), "done", ""),
    ],
)
def test_what_became_of_a_photo_is_told_from_its_record(
    photo: PlannedPhoto, its: PhotoRecord | None, outcome: str, why: str
) -> None:
    found = progress_of(photo, its)
    assert (found.outcome, found.why) == (outcome, why)


@pytest.fixture
def s3(aws: None) -> Iterator[Any]:
    client = session().client("s3", region_name="us-east-1")
    client.create_bucket(Bucket=BUCKET)
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    with version_listings.installed():
        yield client


def put(s3: Any, *keys: str) -> None:
    for key in keys:
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"photo")


def test_copies_are_passed_over_and_only_newest_versions_are_listed(s3: Any) -> None:
    put(s3, "a.jpg", "enhanced", "enhanced.jpg", "enhanced/a.jpg", "enhanced0", "f.jpg", "f.jpg", "gone.jpg", "ö.jpg")
    s3.delete_object(Bucket=BUCKET, Key="gone.jpg")
    found = {one.key: one for page in BucketUploads(s3, BUCKET).pages("") for one in page}
    assert list(found) == ["a.jpg", "enhanced", "enhanced.jpg", "enhanced0", "f.jpg", "ö.jpg"]
    assert found["f.jpg"].version_id == s3.head_object(Bucket=BUCKET, Key="f.jpg")["VersionId"]
    assert [one.key for page in BucketUploads(s3, BUCKET).pages("f") for one in page] == ["f.jpg"]


def test_a_million_copies_cost_one_request(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    put(s3, "a.jpg", *(f"enhanced/{number}.jpg" for number in range(9)), "z.jpg")
    asked: list[dict[str, Any]] = []
    listed = s3.list_object_versions

    def list_versions(**given: Any) -> Any:
        asked.append(given)
        return listed(**given, MaxKeys=3)

    monkeypatch.setattr(s3, "list_object_versions", list_versions)
    pages = list(BucketUploads(s3, BUCKET).pages(""))
    assert [[one.key for one in page] for page in pages] == [["a.jpg"], ["z.jpg"]]
    assert len(asked) == 2


class NoRecords:
    """A table that is empty."""

    def get_many(self, keys: Any) -> dict[str, PhotoRecord]:
        assert list(keys)
        return {}


def tagged(s3: Any, key: str, status: str) -> None:
    tags = {"TagSet": [{"Key": "darkroom-status", "Value": status}]}
    s3.put_object_tagging(Bucket=BUCKET, Key=key, Tagging=tags)


def test_what_waits_without_a_record_and_was_forgotten_since_the_plan_is_skipped(s3: Any) -> None:
    put(s3, "kept.jpg", "forgotten.jpg", "deleted.jpg")
    [page] = BucketUploads(s3, BUCKET).pages("")
    photos = [planned(found) for found in page]
    tagged(s3, "forgotten.jpg", "forgotten")
    s3.delete_object(Bucket=BUCKET, Key="deleted.jpg", VersionId=photos[0].version_id)
    records: Any = NoRecords()
    looked = PlanProgress(records, BucketUploads(s3, BUCKET))
    assert [photo.key for photo in looked.waiting(photos)] == ["kept.jpg"]
    assert [(progress.outcome, progress.why) for _, progress in looked.of(photos)] == [
        ("skipped", FORGOTTEN), ("skipped", FORGOTTEN), ("waiting", ""),
    ]  # fmt: skip
    # While a run goes on, what waits is not asked about.
    assert {progress.outcome for _, progress in PlanProgress(records, None).of(photos)} == {"waiting"}


def test_what_began_a_moment_ago_is_at_work_before_it_has_a_record(s3: Any) -> None:
    put(s3, "begun.jpg", "left.jpg")
    [page] = BucketUploads(s3, BUCKET).pages("")
    photos = {found.key: planned(found) for found in page}
    records: Any = NoRecords()
    looked = PlanProgress(records, BucketUploads(s3, BUCKET), frozenset({photos["begun.jpg"].name}))
    told = {photo.key: progress.outcome for photo, progress in looked.of(photos.values())}
    assert told == {"begun.jpg": "at work", "left.jpg": "waiting"}
    assert [photo.key for photo in looked.waiting(photos.values())] == ["left.jpg"]


def test_what_was_forgotten_and_folder_markers_are_not_taken(s3: Any) -> None:
    put(s3, "kept.jpg", "forgotten.jpg", "tagged.jpg")
    s3.put_object(Bucket=BUCKET, Key="folder/", Body=b"")
    tagged(s3, "forgotten.jpg", "forgotten")
    tagged(s3, "tagged.jpg", "failed")
    project = Project("darkroom", "us-east-1", ACCOUNT, "images", LEASE_SECONDS)
    records: Any = NoRecords()
    survey = Survey(BucketUploads(s3, BUCKET), records, project, Reprocess.MISSING, settled_after=timedelta(0))
    assert [photo.key for photo in survey.photos("")] == ["kept.jpg", "tagged.jpg"]
    assert (survey.taken, survey.left) == ({Standing.NO_RECORD: 2}, {Standing.FORGOTTEN: 1})
    assert survey.bytes_taken == 2 * len(b"photo")
