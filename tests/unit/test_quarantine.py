"""Tags on uploads that failed for good: added to other tags, on one version, and removed after a success."""

from typing import TYPE_CHECKING

import pytest
from botocore.stub import Stubber

from functions.record.quarantine import Version, quarantine, release, version_of
from functions.shared.contracts import read_upload_event
from functions.shared.errors import ServiceRefusedError
from tests.definitions import event

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

FAILED = {"darkroom-status": "failed", "darkroom-error": "CorruptImageError"}


def tags(s3: "S3Client", version: Version) -> dict[str, str]:
    bucket, key, version_id = version
    found = s3.get_object_tagging(Bucket=bucket, Key=key, VersionId=version_id or "")["TagSet"]
    return {tag["Key"]: tag["Value"] for tag in found}


@pytest.fixture
def version(s3: "S3Client") -> Version:
    put = s3.put_object(Bucket="versioned", Key="a b+ü.jpg", Body=b"no photo", Tagging="album=2026")
    return Version("versioned", "a b+ü.jpg", put["VersionId"])


def test_the_tags_are_added_to_those_that_are_there_and_removed_again(s3: "S3Client", version: Version) -> None:
    assert quarantine(s3, version, "CorruptImageError")
    assert tags(s3, version) == {"album": "2026", **FAILED}
    assert not quarantine(s3, version, "CorruptImageError")
    assert release(s3, version)
    assert tags(s3, version) == {"album": "2026"}
    assert not release(s3, version)


def test_another_version_of_the_key_is_left_alone(s3: "S3Client", version: Version) -> None:
    newer = s3.put_object(Bucket="versioned", Key=version.key, Body=b"photo")["VersionId"]
    quarantine(s3, version, "CorruptImageError")
    assert tags(s3, version._replace(version_id=newer)) == {}


@pytest.mark.parametrize("error", ["TransientServiceError", "ImageNotFoundError", "Runtime.OutOfMemory"])
def test_an_error_that_may_pass_is_not_tagged(s3: "S3Client", version: Version, error: str) -> None:
    assert not quarantine(s3, version, error)
    assert tags(s3, version) == {"album": "2026"}


def test_without_versions_nothing_is_tagged(s3: "S3Client") -> None:
    s3.put_object(Bucket="plain", Key="a.jpg", Body=b"no photo")
    assert not quarantine(s3, Version("plain", "a.jpg", None), "CorruptImageError")
    assert s3.get_object_tagging(Bucket="plain", Key="a.jpg")["TagSet"] == []


def test_ten_tags_are_all_that_s3_takes(s3: "S3Client", version: Version) -> None:
    s3.put_object_tagging(
        Bucket=version.bucket,
        Key=version.key,
        VersionId=version.version_id or "",
        Tagging={"TagSet": [{"Key": f"tag-{number}", "Value": "x"} for number in range(9)]},
    )
    assert not quarantine(s3, version, "CorruptImageError")
    assert len(tags(s3, version)) == 9


def test_a_version_that_is_gone_has_no_tags(s3: "S3Client", version: Version) -> None:
    s3.delete_object(Bucket=version.bucket, Key=version.key, VersionId=version.version_id or "")
    assert not quarantine(s3, version, "CorruptImageError")


def test_a_missing_permission_is_named(s3: "S3Client", version: Version) -> None:
    with Stubber(s3) as stub:
        stub.add_client_error("get_object_tagging", "AccessDenied", http_status_code=403)
        with pytest.raises(ServiceRefusedError, match="s3:PutObjectTagging"):
            quarantine(s3, version, "CorruptImageError")


def test_an_event_names_its_version() -> None:
    uploaded = read_upload_event(event())
    assert version_of(uploaded) == Version("photos", uploaded.key, uploaded.detail.object.version_id)
