"""Uploading: what counts as the same content, whose record it is, which files go where, and how it ends."""

import io
import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from darkroom.command_errors import UsageError
from darkroom.commands.arguments import user_id
from darkroom.commands.photo_files import find_uploads
from darkroom.commands.upload_check import checked, key_of
from functions.operate.polling import Polling
from functions.operate.same_content import PART_BYTES, has_content
from functions.operate.schemas import schema_of
from functions.operate.upload_outcome import UploadOutcome, UploadReport
from functions.operate.upload_photos import MAX_AT_ONCE, TRANSFER, NewPhoto, Uploader, head
from functions.operate.upload_wait import NO_EVENT, UploadWaiter, is_of
from functions.shared.user_metadata import sendable, written
from functions.validate.inspect_photo import Limits
from tests.photos import jpeg
from tests.unit.conftest import session
from tests.unit.operate_samples import NOW, ago, record

BUCKET = "photos"
LIMITS = Limits(100_000_000, 100_000_000, 1)
SMALL, LARGE = b"small", os.urandom(PART_BYTES + 1000)


@pytest.fixture
def s3(aws: None) -> Any:
    client = session().client("s3", region_name="us-east-1")
    client.create_bucket(Bucket=BUCKET)
    return client


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(content: bytes) -> Path:
        path = tmp_path / "file.jpg"
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["whole", "in parts"])
@pytest.mark.parametrize(
    ("sent", "comparable"),
    [
        ({"ChecksumAlgorithm": "SHA256"}, True),
        ({"ChecksumAlgorithm": "SHA256", "ServerSideEncryption": "aws:kms"}, True),
        ({"ServerSideEncryption": "AES256"}, True),
        ({"ServerSideEncryption": "aws:kms"}, False),
    ],
    ids=["SHA-256", "SHA-256 and KMS", "MD5", "KMS"],
)
def test_content_is_the_same_where_a_checksum_tells(
    s3: Any, file: Callable[[bytes], Path], content: bytes, sent: dict[str, str], comparable: bool
) -> None:
    s3.upload_fileobj(io.BytesIO(content), BUCKET, "a.jpg", ExtraArgs=sent, Config=TRANSFER)
    found = head(s3, BUCKET, "a.jpg")
    assert found
    if sent.get("ServerSideEncryption") == "aws:kms":
        found["ETag"] = found["ETag"].replace("a", "b").replace("0", "1")  # no MD5 there, as it is in moto
    assert has_content(found, file(content)) == comparable
    assert not has_content(found, file(content[:-1] + b"?"))
    assert not has_content(found, file(content + b"?"))


def test_the_checksum_of_parts_is_read_as_s3_gives_it(s3: Any, file: Callable[[bytes], Path]) -> None:
    s3.upload_fileobj(io.BytesIO(LARGE), BUCKET, "a.jpg", ExtraArgs={"ChecksumAlgorithm": "SHA256"}, Config=TRANSFER)
    found = head(s3, BUCKET, "a.jpg")
    assert found
    found["ChecksumSHA256"] += "-2"
    assert has_content(found, file(LARGE))


def test_without_an_object_there_is_nothing_to_compare(s3: Any) -> None:
    assert head(s3, BUCKET, "none.jpg") is None
    with pytest.raises(ClientError, match="403"):
        head(Bucket(""), BUCKET, "a.jpg")  # type: ignore[arg-type]


def uploaded(**changes: Any) -> UploadOutcome:
    values = {"file": "a.jpg", "key": "beach.jpg", "outcome": "uploaded", "version_id": "v1", "etag": "abc"}
    return UploadOutcome.model_validate({**values, "stored_at": ago(minutes=6), **changes})


@pytest.mark.parametrize(
    ("changes", "fits"),
    [
        ({}, True),
        ({"version_id": "v2"}, False),
        ({"version_id": None}, True),
        ({"version_id": None, "etag": "other"}, False),
        ({"version_id": None, "stored_at": ago(minutes=5)}, False),
        ({"version_id": None, "stored_at": ago(minutes=6) + timedelta(seconds=1)}, True),
        ({"version_id": None, "stored_at": None}, False),
    ],
)
def test_a_record_is_of_the_upload_with_its_version_or_content_and_time(changes: dict[str, Any], fits: bool) -> None:
    assert is_of(record(), uploaded(**changes)) == fits


class Table:
    """Records that are COMPLETED, FAILED and so on, one set after the other."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    def get_many(self, _: Any) -> Any:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


REFUSED = ClientError({"Error": {"Code": "403", "Message": "Forbidden"}}, "HeadObject")


class Bucket:
    """A bucket in which the photo lies as it was uploaded, or as another version."""

    def __init__(self, version_id: str = "v1") -> None:
        self.version_id = version_id

    def head_object(self, **_: Any) -> Any:
        if not self.version_id:
            raise REFUSED
        return {"VersionId": self.version_id, "ETag": '"abc"', "LastModified": NOW}


def wait_for(upload: UploadOutcome, table: Any, bucket: Any) -> UploadOutcome:
    clock = [0.0]
    polling = Polling(lambda: clock[0], lambda pause: clock.__setitem__(0, clock[0] + pause), 60)
    waiter = UploadWaiter(table, bucket, BUCKET, polling, lambda: NOW)
    [result] = waiter.results([upload])
    assert clock[0] <= 70
    return result


def by_key(**changes: Any) -> dict[str, Any]:
    found = record(**changes)
    return {found.key: found}


@pytest.mark.parametrize(
    ("upload", "answers", "version", "expected"),
    [
        ({}, [{}, by_key(status="PROCESSING"), by_key(status="COMPLETED")], "v1", ("completed", "")),
        ({}, [by_key()], "v1", ("failed", "TransientServiceError: S3 did not answer.")),
        ({}, [by_key(version_id="v0", status="COMPLETED"), by_key(status="COMPLETED")], "v1", ("completed", "")),
        ({}, [by_key(version_id="v2")], "v2", ("skipped", "a newer upload of this key has taken over")),
        ({}, [by_key(version_id="v0")], "", ("waiting", "")),
        ({}, [{}], "v1", ("waiting", "")),
        ({"outcome": "there already", "stored_at": ago(minutes=5)}, [{}], "v1", ("waiting", "")),
        ({"outcome": "there already", "stored_at": ago(minutes=11)}, [{}], "v1", ("waiting", NO_EVENT)),
        (
            {"outcome": "there already", "stored_at": ago(days=1)},
            [by_key()],
            "v1",
            ("failed", "TransientServiceError: S3 did not answer."),
        ),
    ],
)
def test_waiting_ends_with_the_record_of_the_upload_or_at_its_limit(
    upload: dict[str, Any], answers: list[Any], version: str, expected: tuple[str, str]
) -> None:
    result = wait_for(uploaded(**upload), Table(*answers), Bucket(version))
    assert (result.result, result.why) == expected


def test_no_more_photos_are_sent_at_once_than_the_bound_and_failures_in_a_row_end_it(tmp_path: Path) -> None:
    def refuse(photo: NewPhoto) -> UploadOutcome:
        return photo.outcome("not uploaded", "no")

    uploader = Uploader(None, BUCKET, str)  # type: ignore[arg-type]
    object.__setattr__(uploader, "upload", refuse)
    photos = [NewPhoto(tmp_path, f"{number}.jpg", "image/jpeg") for number in range(40)]
    outcomes = list(uploader.upload_all(photos))
    assert len(outcomes) == 40
    tried = [outcome for outcome in outcomes if outcome.why == "no"]
    assert len(tried) <= 5 + 2 * MAX_AT_ONCE
    assert {outcome.why for outcome in outcomes} - {"no"} <= {
        f"not tried, after {failures} failures in a row" for failures in range(5, 20)
    }


def test_files_that_would_have_the_same_key_are_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.jpg").write_bytes(jpeg())
    with pytest.raises(UsageError, match=r"would both become x\.jpg; name the folders that they lie in, or upload"):
        find_uploads([tmp_path / "a" / "x.jpg", tmp_path / "b" / "x.jpg"])
    found = find_uploads([tmp_path / "a", tmp_path / "a" / "x.jpg", tmp_path / "b"])
    assert [photo.key for photo in found] == ["a/x.jpg", "b/x.jpg"]
    assert [key_of(photo, "2026/") for photo in found] == ["2026/a/x.jpg", "2026/b/x.jpg"]


@pytest.mark.parametrize(
    ("name", "content", "outcome", "why"),
    [
        ("a.jpg", b"", "refused", "CorruptImageError: The file is empty (0 bytes): it was not copied in full."),
        ("a.txt", b"text", "no photo", "UnsupportedImageError: "),
        (os.fsdecode(b"caf\xe9.jpg"), jpeg(), "refused", "its name is no UTF-8, and so no key of S3: rename it"),
        ("long" * 60 + ".jpg", jpeg(), "refused", "its key would have 1"),
    ],
)
def test_what_the_pipeline_would_refuse_is_not_sent(
    tmp_path: Path, name: str, content: bytes, outcome: str, why: str
) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    (folder / name).write_bytes(content)
    [photo] = find_uploads([folder])
    prefix = "p" * 800 if name.startswith("long") else "p"
    [result] = checked([(photo, key_of(photo, prefix))], LIMITS)
    assert isinstance(result, UploadOutcome)
    assert result.outcome == outcome
    assert result.why.startswith(why)
    json.loads(result.model_dump_json())


def test_a_photo_is_sent_with_the_type_of_its_content(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(jpeg())
    [photo] = find_uploads([path])
    assert list(checked([(photo, "a.png")], LIMITS)) == [NewPhoto(path, "a.png", "image/jpeg")]
    small = Limits(100_000_000, 10, 1)
    [refused] = checked([(photo, "a.png")], small)
    assert isinstance(refused, UploadOutcome)
    assert refused.why.startswith("ImageTooLargeError")


@pytest.mark.parametrize(
    ("photos", "status"),
    [
        ((), 0),
        ((("uploaded", ""), ("there already", ""), ("no photo", "")), 0),
        ((("uploaded", "completed"), ("there already", "skipped")), 0),
        ((("uploaded", "completed"), ("refused", "")), 1),
        ((("uploaded", "waiting"), ("not uploaded", "")), 1),
        ((("uploaded", "failed"), ("uploaded", "waiting")), 1),
        ((("uploaded", "completed"), ("uploaded", "waiting")), 3),
    ],
)
def test_the_exit_status_of_an_upload_rests_on_what_is_shown(photos: tuple[tuple[str, str], ...], status: int) -> None:
    outcomes = [uploaded(outcome=outcome, result=result) for outcome, result in photos]
    report = UploadReport(project="p", bucket=BUCKET, photos=outcomes, link_seconds=60)
    assert report.exit_status == status
    Draft202012Validator(schema_of("upload")).validate(json.loads(report.model_dump_json()))


@given(st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc")), max_size=40))
def test_a_user_id_that_is_taken_is_read_as_it_was_meant(text: str) -> None:
    try:
        wanted = user_id(text)
    except Exception:  # noqa: BLE001 - argparse's, for what metadata cannot hold
        return
    assert sendable(wanted).isascii()
    assert written(sendable(wanted)).strip() == wanted == text.strip()


@pytest.mark.parametrize("text", ["ada", "Zoë", "写真 5", "a@b.example"])
def test_user_ids_of_people_are_taken(text: str) -> None:
    assert user_id(text) == text


@pytest.mark.parametrize("text", ["", " ", "a\nb", "a\x1bb", "\udcff", "x" * 1025, "=?UTF-8?B?WA==?="])
def test_a_user_id_that_metadata_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(Exception, match="is no user id that object metadata can hold"):
        user_id(text)
