"""Every Region that the settings admit works: what a person is sent names that Region's own endpoint."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import botocore.session
import pytest

from darkroom.deployment.settings import RULES
from functions.shared import aws
from functions.shared.execution_arn import console_url

PARTITIONS: dict[str, list[str]] = {
    partition["id"]: [region for region in partition["regions"] if not region.endswith("-global")]
    for partition in json.loads((Path(botocore.__file__).parent / "data" / "partitions.json").read_text())["partitions"]
}
# Reads a service's model once for all Regions.
MODELS = botocore.session.get_session().get_component("data_loader")
COMMERCIAL = PARTITIONS["aws"]
OTHERS = [region for partition, regions in PARTITIONS.items() if partition != "aws" for region in regions]


@pytest.fixture(autouse=True)
def _account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in (("ACCESS_KEY_ID", "AKIAEXAMPLE"), ("SECRET_ACCESS_KEY", "x" * 40), ("SESSION_TOKEN", "t" * 90)):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    yield
    aws._client.cache_clear()


def link(monkeypatch: pytest.MonkeyPatch, region: str, bucket: str = "my-photos") -> str:
    """Return where a link leads that a function in that Region signs."""
    session = botocore.session.get_session()
    session.register_component("data_loader", MODELS)
    session.set_config_variable("region", region)
    monkeypatch.setattr(aws, "_session", lambda: session)
    aws._client.cache_clear()
    where: dict[str, Any] = {"Bucket": bucket, "Key": "enhanced/a.jpg"}
    parts = urlsplit(aws.client("s3").generate_presigned_url("get_object", Params=where, ExpiresIn=60))
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in parts.query
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def admitted(region: str) -> bool:
    holds, _ = RULES["region"]
    return holds(region)


def test_the_settings_admit_the_regions_of_the_commercial_partition_and_no_others() -> None:
    assert len(COMMERCIAL) > 30
    assert len(OTHERS) > 8
    assert [region for region in COMMERCIAL if not admitted(region)] == []
    assert [region for region in OTHERS if admitted(region)] == []


def test_the_refusal_names_every_other_partition() -> None:
    _, message = RULES["region"]
    assert all(partition.partition("-iso")[0] in message for partition in PARTITIONS)
    assert "aws-iso" in message


@pytest.mark.parametrize("region", COMMERCIAL)
def test_a_link_names_the_regions_own_endpoint(region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert link(monkeypatch, region) == f"https://my-photos.s3.{region}.amazonaws.com/enhanced/a.jpg"


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-2"])
def test_a_bucket_with_dots_keeps_out_of_the_host_name(region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3's certificate covers one label below the endpoint."""
    assert link(monkeypatch, region, "my.photos") == f"https://s3.{region}.amazonaws.com/my.photos/enhanced/a.jpg"


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:4566", "http://localhost:4566"])
@pytest.mark.parametrize("bucket", ["my-photos", "my.photos"])
def test_a_link_to_another_endpoint_stays_there(endpoint: str, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    assert link(monkeypatch, "us-east-1", bucket) == f"{endpoint}/{bucket}/enhanced/a.jpg"


@pytest.mark.parametrize("region", COMMERCIAL)
def test_the_console_is_the_regions_own(region: str) -> None:
    arn = f"arn:aws:states:{region}:111122223333:execution:darkroom-pipeline:run"
    page = urlsplit(console_url(arn))
    assert (page.netloc, page.query) == (f"{region}.console.aws.amazon.com", f"region={region}")
    assert page.fragment.endswith(arn)
