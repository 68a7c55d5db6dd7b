"""Forgetting: nothing is left and nothing else goes, whatever call fails midway and whoever comes in between."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.operate.attention import Need, need_of
from functions.operate.execution_facts import ExecutionFacts
from functions.operate.forget_outcome import ForgetOutcome
from functions.operate.forget_photos import TAKEN_OVER, Forgetter
from functions.operate.forget_verdict import refusal_of_record
from functions.operate.record_queries import Records
from functions.operate.stored_versions import Versions
from functions.shared.output_keys import UPLOAD, key_hash, output_keys
from functions.shared.records.table import serialise
from tests.unit.conftest import session
from tests.unit.operate_samples import ARN, NOW, ago, execution, record

TABLE, BUCKET, REGION, KEY = "darkroom-images", "photos", "us-east-1", "a/beach.heic"
COPY, WEB = f"enhanced/{KEY}.jpg", f"enhanced/enhanced/web/{KEY}.webp"
# The photos of these tests are as old as their objects in moto, which has its own clock.
LATER = timedelta(days=1)


@dataclass
class Cloud:
    """A table, a bucket, and what Step Functions answers."""

    versioned: bool = True
    facts: list[ExecutionFacts | None] = field(default_factory=lambda: [execution("SUCCEEDED")])

    def __post_init__(self) -> None:
        self.s3: Any = session().client("s3", region_name=REGION)
        self.dynamodb: Any = session().client("dynamodb", region_name=REGION)
        self.s3.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=self.versioned)
        self.dynamodb.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "ImageId", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "ImageId", "AttributeType": "S"}],
        )
        self.put(KEY, upload="", tags="kind=holiday")
        self.put(COPY)
        self.put(WEB)
        self.write()

    def put(self, key: str, body: bytes = b"x", upload: str = KEY, tags: str = "", **more: Any) -> None:
        metadata = {UPLOAD: key_hash(upload)} if upload else {}
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body, Metadata=metadata, Tagging=tags, **more)

    def write(self, **changes: Any) -> None:
        item = {
            "ImageId": KEY, "Status": "COMPLETED", "Timestamp": "2026-01-31T12:00:00.000Z", "ExecutionArn": ARN,
            "Sequencer": "1", "Attempt": 1, "EnhancedKey": COPY, "Renditions": {"web": {"key": WEB}}, "ETag": "e",
        }  # fmt: skip
        self.dynamodb.put_item(TableName=TABLE, Item=serialise({**item, **changes}))

    @property
    def records(self) -> Records:
        return Records(self.dynamodb, TABLE)

    @property
    def left(self) -> list[str]:
        """The keys of all versions and delete markers."""
        found = self.s3.list_object_versions(Bucket=BUCKET)
        return sorted(entry["Key"] for kind in ("Versions", "DeleteMarkers") for entry in found.get(kind, []))

    @property
    def tags(self) -> dict[str, str]:
        return {tag["Key"]: tag["Value"] for tag in self.s3.get_object_tagging(Bucket=BUCKET, Key=KEY)["TagSet"]}

    def facts_of(self, _: str) -> ExecutionFacts | None:
        return self.facts.pop(0) if len(self.facts) > 1 else self.facts[0]

    def forgetter(self, *, originals: bool = False) -> Forgetter:
        stored = Versions(self.s3, BUCKET)

        class Executions:
            facts = staticmethod(self.facts_of)

        versions = self.s3.list_object_versions(Bucket=BUCKET).get("Versions", [])
        now = max((version["LastModified"] for version in versions), default=NOW) + LATER
        return Forgetter(self.records, Executions(), stored, stored, str, originals, lambda: now)  # type: ignore[arg-type]

    def forget(self, key: str = KEY, *, originals: bool = False) -> ForgetOutcome:
        forgetter = self.forgetter(originals=originals)
        return forgetter.forget(forgetter.plan(key))

    @contextmanager
    def before(self, operation: str, act: Callable[[], None], nth: int = 1) -> Iterator[None]:
        """Do something just before the nth call of an operation, such as DeleteObject."""
        client = self.dynamodb if operation.endswith("Item") else self.s3
        calls = [0]

        def handler(**_: Any) -> None:
            calls[0] += 1
            if calls[0] == nth:
                act()

        name = f"before-call.{client.meta.service_model.service_name}.{operation}"
        client.meta.events.register(name, handler)
        try:
            yield
        finally:
            client.meta.events.unregister(name, handler)
            assert calls[0] >= nth, f"{operation} was not called"


def refuse() -> None:
    raise ClientError({"Error": {"Code": "AccessDenied", "Message": "No."}}, "Call")


@pytest.fixture
def cloud(aws: None) -> Cloud:
    return Cloud()


def test_copies_renditions_and_record_go_and_the_original_is_tagged(cloud: Cloud) -> None:
    cloud.put(COPY)  # made anew once
    cloud.s3.delete_object(Bucket=BUCKET, Key=WEB)
    outcome = cloud.forget()
    assert (outcome.outcome, outcome.copies, outcome.copy_versions) == ("forgotten", [COPY, WEB], 3)
    assert (outcome.original, outcome.original_versions) == ("kept", 0)
    assert cloud.left == [KEY]
    assert cloud.tags == {"kind": "holiday", "darkroom-status": "forgotten"}
    assert cloud.records.get(KEY) is None
    assert cloud.forget().outcome == "nothing there"


def test_a_newer_version_whose_event_was_lost_is_tagged_with_that_of_the_record(cloud: Cloud) -> None:
    [own] = cloud.s3.list_object_versions(Bucket=BUCKET, Prefix=KEY)["Versions"]
    cloud.write(VersionId=own["VersionId"])
    cloud.put(KEY, b"later", upload="")
    assert cloud.forget().outcome == "forgotten"
    for version in cloud.s3.list_object_versions(Bucket=BUCKET, Prefix=KEY)["Versions"]:
        found = cloud.s3.get_object_tagging(Bucket=BUCKET, Key=KEY, VersionId=version["VersionId"])
        assert {"Key": "darkroom-status", "Value": "forgotten"} in found["TagSet"]


def test_a_photo_that_was_begun_while_it_was_tagged_is_said_to_be_half_forgotten(cloud: Cloud) -> None:
    cloud.forget()
    cloud.s3.delete_object_tagging(Bucket=BUCKET, Key=KEY)
    with cloud.before("PutObjectTagging", cloud.write):
        assert cloud.forget().outcome == "half forgotten"


def test_the_original_goes_with_all_its_versions_and_delete_markers(cloud: Cloud) -> None:
    cloud.put(KEY, b"later", upload="")
    cloud.s3.delete_object(Bucket=BUCKET, Key=KEY)
    cloud.put(f"{KEY}.other", upload="")
    outcome = cloud.forget(originals=True)
    assert (outcome.outcome, outcome.original, outcome.original_versions) == ("forgotten", "deleted", 3)
    assert cloud.left == [f"{KEY}.other"]


def test_an_original_that_was_kept_can_go_later(cloud: Cloud) -> None:
    cloud.forget()
    assert cloud.forget(originals=True).outcome == "forgotten"
    assert cloud.left == []
    assert cloud.dynamodb.scan(TableName=TABLE)["Count"] == 0


@pytest.mark.parametrize("originals", [False, True])
@pytest.mark.parametrize(
    ("operation", "nth"),
    [("UpdateItem", 1), ("DeleteObject", 1), ("DeleteObject", 2), ("PutObjectTagging", 1), ("DeleteItem", 1)],
)
def test_a_call_that_fails_is_said_shown_and_the_next_time_mended(
    cloud: Cloud, operation: str, nth: int, *, originals: bool
) -> None:
    if originals and operation == "PutObjectTagging":
        pytest.skip("what is deleted is not tagged")
    with cloud.before(operation, refuse, nth):
        outcome = cloud.forget(originals=originals)
    found = cloud.records.get(KEY)
    assert found, "the record goes last"
    if operation == "UpdateItem":
        assert outcome.outcome == "not forgotten"
        assert cloud.left == [KEY, COPY, WEB]
    else:
        assert outcome.outcome == "half forgotten"
        assert outcome.why.endswith("; say it again when that is mended")
        assert need_of(found, NOW, 90_000) is Need.HALF_FORGOTTEN
    assert cloud.forget(originals=originals).outcome == "forgotten"
    assert cloud.left == ([] if originals else [KEY])
    assert cloud.records.get(KEY) is None


def test_a_later_attempt_at_a_photo_makes_it_whole(cloud: Cloud) -> None:
    with cloud.before("DeleteItem", refuse):
        cloud.forget()
    half = cloud.records.get(KEY)
    assert half
    assert need_of(half.model_copy(update={"attempt": 2}), NOW, 90_000) is None


@pytest.mark.parametrize("changes", [{"Sequencer": "2", "Attempt": 1}, {"Attempt": 2}, {"Status": "PROCESSING"}])
def test_what_takes_the_record_over_keeps_it(cloud: Cloud, changes: dict[str, Any]) -> None:
    with cloud.before("UpdateItem", lambda: cloud.write(**changes)):
        outcome = cloud.forget()
    assert (outcome.outcome, outcome.why) == ("not forgotten", TAKEN_OVER)
    assert cloud.left == [KEY, COPY, WEB]
    cloud.write()
    with cloud.before("DeleteItem", lambda: cloud.write(**changes)):
        outcome = cloud.forget()
    assert (outcome.outcome, outcome.why) == ("half forgotten", TAKEN_OVER)
    assert cloud.records.get(KEY)


def test_an_execution_that_is_redriven_at_the_last_moment_is_said(cloud: Cloud) -> None:
    for last in (execution("RUNNING"), execution("FAILED", redrive_count=1)):
        cloud.write()
        cloud.facts = [execution("FAILED"), last]
        outcome = cloud.forget()
        assert outcome.outcome == "half forgotten"
        assert "redriven meanwhile" in outcome.why


def test_the_copy_of_another_upload_stays(cloud: Cloud) -> None:
    other = f"{KEY}.jpg"
    plain, distinct = output_keys(KEY, ".jpg")
    assert plain == COPY
    cloud.put(plain, upload=other)
    cloud.put(distinct)
    outcome = cloud.forget()
    assert sorted(outcome.copies) == sorted([COPY, WEB, distinct])
    assert cloud.left == [KEY, COPY], "the other upload's version"


def test_copies_are_found_without_a_record_also_those_of_former_formats_and_renditions(cloud: Cloud) -> None:
    cloud.dynamodb.delete_item(TableName=TABLE, Key=serialise({"ImageId": KEY}))
    cloud.put(f"enhanced/{KEY}")
    cloud.put(f"enhanced/enhanced/old/{KEY}.jpg")
    cloud.put(f"enhanced/{KEY}.png", upload="")  # nobody's by its metadata, and no record names it
    assert cloud.forget().outcome == "forgotten"
    assert cloud.left == [KEY, f"enhanced/{KEY}.png"]


def test_a_copy_that_does_not_say_whose_it_is_goes_where_the_record_names_it(cloud: Cloud) -> None:
    cloud.s3.delete_object(Bucket=BUCKET, Key=COPY)
    cloud.put(COPY, upload="")
    cloud.write(EnhancedKey=COPY, Renditions={"evil": {"key": KEY}})
    assert cloud.forget().outcome == "forgotten"
    assert cloud.left == [KEY], "a record names no original as a copy"


def test_in_a_bucket_without_versions_a_newer_copy_stays(aws: None) -> None:
    cloud = Cloud(versioned=False)
    with cloud.before("DeleteObject", lambda: cloud.put(COPY, b"newer")):
        outcome = cloud.forget()
    assert outcome.outcome == "half forgotten"
    assert cloud.s3.get_object(Bucket=BUCKET, Key=COPY)["Body"].read() == b"newer"
    assert cloud.forget(originals=True).outcome == "forgotten"
    assert cloud.left == []


@pytest.mark.parametrize(
    ("lock", "why"),
    [
        ({"ObjectLockLegalHoldStatus": "ON"}, "is under legal hold"),
        (
            {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": "2096-01-01T00:00:00Z"},
            "is locked until 2096-",
        ),
    ],
)
def test_what_is_locked_is_refused_before_anything_goes(cloud: Cloud, lock: dict[str, str], why: str) -> None:
    cloud.put(KEY, b"locked", upload="", **lock)
    outcome = cloud.forget(originals=True)
    assert outcome.outcome == "refused"
    assert why in outcome.why
    assert cloud.left == [KEY, KEY, COPY, WEB]
    assert cloud.forget().outcome == "forgotten", "the copies are not locked"


def test_an_original_with_all_tags_that_s3_allows_is_refused(cloud: Cloud) -> None:
    nine = "&".join(f"{number}=x" for number in range(9))
    cloud.put(KEY, b"tagged", upload="", tags=f"{nine}&9=x")
    assert "has 10 tags, and needs one more" in cloud.forget().why
    cloud.put(
        KEY, b"tagged", upload="", tags="&".join(f"{number}=x" for number in range(9)) + "&darkroom-status=failed"
    )
    assert cloud.forget().outcome == "forgotten"
    assert cloud.tags["darkroom-status"] == "forgotten"


def test_an_upload_whose_event_may_be_under_way_is_not_deleted(cloud: Cloud) -> None:
    forgetter = cloud.forgetter(originals=True)
    newest = forgetter.now() - LATER
    young = replace(forgetter, now=lambda: newest + timedelta(minutes=9))
    refusal = young.plan(KEY).refusal
    assert refusal.startswith("an upload of it came a moment ago and has no record yet: try again in ")
    version = cloud.s3.head_object(Bucket=BUCKET, Key=KEY)["VersionId"]
    cloud.write(VersionId=version)
    assert young.plan(KEY).refusal == ""
    keeping = replace(young, takes_originals=False)
    assert keeping.forget(keeping.plan(KEY)).outcome == "forgotten"
    assert young.plan(KEY).refusal == "", "its tag says that it was forgotten, so no event of it is under way"


def test_a_key_under_enhanced_is_refused(cloud: Cloud) -> None:
    assert "name the key of the upload" in cloud.forget(COPY).why
    assert cloud.left == [KEY, COPY, WEB]


@pytest.mark.parametrize(
    ("status", "facts", "why"),
    [
        ("PROCESSING", execution("FAILED"), "it is PROCESSING"),
        ("PROCESSING", None, "it is PROCESSING"),
        ("COMPLETED", execution("RUNNING"), "its execution is running"),
        ("FAILED", execution("PENDING_REDRIVE"), "its execution is running"),
        ("FAILED", execution("ABORTED", stopped_at=ago(minutes=14)), "may still be at work: try again in 60 s"),
        ("FAILED", execution("TIMED_OUT", stopped_at=ago(minutes=1)), "may still be at work: try again in 14 min"),
        ("FAILED", execution("ABORTED", stopped_at=ago(minutes=15)), ""),
        ("FAILED", execution("FAILED", stopped_at=ago(minutes=1)), ""),
        ("COMPLETED", execution("SUCCEEDED"), ""),
        ("COMPLETED", None, ""),
    ],
)
def test_what_is_at_work_is_not_forgotten(status: str, facts: ExecutionFacts | None, why: str) -> None:
    refusal = refusal_of_record(record(status=status), facts, NOW)
    assert why in refusal
    assert bool(refusal) == bool(why)
