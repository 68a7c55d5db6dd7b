"""`darkroom forget` against a deployment: what it says, asks, deletes and refuses."""

import json

import pytest

from functions.operate.forget_photos import Forgetter
from functions.operate.stored_versions import Versions
from functions.shared.output_keys import rendition_keys
from tests.photos import jpeg
from tests.workflow.operated import Command, at_terminal
from verification.harness.harness import Harness

pytestmark = pytest.mark.usefixtures("operator", "clean_table")
WEB = [{"name": "web", "longest_edge_pixels": 100, "format": "WEBP", "quality": 80}]


@pytest.fixture
def enhanced(operated: Harness) -> str:
    """Return the key of a photo that has been enhanced."""
    key = operated.upload(jpeg())
    assert operated.run_of(key).status == "SUCCEEDED"
    return key


def left(operated: Harness, key: str) -> dict[str, int]:
    """Return how many versions and delete markers lie under each key that has to do with an upload."""
    stored = Versions(operated.aws.client("s3"), operated.deployment.bucket)
    keys = (key, f"enhanced/{key}", rendition_keys(key, "web", "WEBP")[0])
    return {name: len(stored.of(name)) for name in keys if stored.of(name)}


def test_a_photo_is_forgotten_with_all_that_was_made_of_it(operated: Harness, darkroom: Command) -> None:
    with operated.settings("enhance", RENDITIONS=json.dumps(WEB)):
        key = operated.upload(jpeg())
        assert operated.run_of(key).status == "SUCCEEDED"
    assert len(left(operated, key)) == 3
    dry = darkroom("forget", key, "--dry-run", "--json")
    assert (dry.status, dry.outcomes()) == (0, {key: "would forget"})
    assert len(left(operated, key)) == 3
    said = darkroom("forget", key, "--yes", "--json")
    assert (said.status, said.outcomes()) == (0, {key: "forgotten"})
    assert len(said.document["photos"][0]["copies"]) == 2
    assert (left(operated, key), operated.record(key)) == ({key: 1}, {})
    tags = operated.aws.client("s3").get_object_tagging(Bucket=operated.deployment.bucket, Key=key)["TagSet"]
    assert tags == [{"Key": "darkroom-status", "Value": "forgotten"}]
    last = darkroom("forget", key, "--originals", "--yes")
    assert (last.status, last.out.splitlines()[-1]) == (0, "1 forgotten")
    assert left(operated, key) == {}
    assert darkroom("forget", key, "--yes").out == f"{key}: nothing there\n1 nothing there\n"


def test_a_photo_at_work_is_refused_and_the_others_go(operated: Harness, darkroom: Command, enhanced: str) -> None:
    with operated.faults.hang("enhance", "s3", "GetObject") as hung:
        key = operated.upload(jpeg())
        operated.until_entered(key, "EnhanceImage")
        said = darkroom("forget", key, enhanced, "--originals", "--yes", "--json")
        hung.lift()
    assert operated.run_of(key).status == "SUCCEEDED"
    assert (said.status, said.outcomes()) == (1, {key: "refused", enhanced: "forgotten"})
    assert said.document["photos"][0]["why"].startswith("its execution is running: wait until it is over")
    assert left(operated, key) == {key: 1, f"enhanced/{key}": 1}
    assert operated.record(key)["Status"] == "COMPLETED"


@pytest.mark.parametrize(("typed", "forgotten"), [("y\n", True), ("\n", False)])
def test_a_person_is_asked_with_the_count(
    operated: Harness,
    darkroom: Command,
    enhanced: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    typed: str,
    forgotten: bool,
) -> None:
    refused = darkroom("forget", enhanced, "--originals")
    assert refused.status == 2
    assert "(1 version) of 1 photo would be deleted: look with --dry-run, then say --yes" in refused.err
    at_terminal(monkeypatch, typed)
    said = darkroom("forget", enhanced, "--originals")
    question = "Delete 1 record, 1 copy, 1 original (1 version) of 1 photo? This cannot be undone. [y/N] "
    assert (said.status, said.err) == (0, question)
    assert said.out.splitlines()[-1] == ("1 forgotten" if forgotten else "Nothing was deleted.")
    assert "Step Functions: the histories of its executions" in said.out
    assert bool(left(operated, enhanced)) != forgotten


def test_an_interrupted_photo_is_half_forgotten_and_goes_when_it_is_said_again(
    darkroom: Command, enhanced: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as interrupted:
        interrupted.setattr(Forgetter, "_delete", interrupt)
        said = darkroom("forget", enhanced, "--yes", "--json")
    assert (said.status, said.outcomes(), said.document["interrupted"]) == (130, {enhanced: "half forgotten"}, True)
    shown = darkroom("show", enhanced)
    assert shown.status == 1
    assert f"It was being forgotten, and that did not end: `darkroom forget {enhanced}` goes on." in shown.out
    assert darkroom("forget", enhanced, "--yes").status == 0
    assert darkroom("show", enhanced).status == 1
