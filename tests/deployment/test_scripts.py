"""deploy.sh, a photo, deploy.sh again, a change, destroy.sh: the life of a deployment, in this order."""

import json
import re

from tests.definitions import ROOT
from tests.deployment.conftest import SCRIPTS_KEY, Deployed
from tests.deployment.scripts import Scripts
from tests.photos import jpeg, opened

READING = re.compile("(Get|Describe|List|Head)[A-Z].*")


def test_the_documents_name_these_commands() -> None:
    pages = [(ROOT / page).read_text() for page in ("README.md", "docs/deploy.md")]
    assert all("deploy/deploy.sh settings.json" in page for page in pages)
    assert "deploy/destroy.sh settings.json --keep-photos" in pages[1]


def test_settings_that_are_wrong_stop_it_before_anything_is_made(scripts: Scripts, scripted: Deployed) -> None:
    before = len(scripted.harness.aws.calls)
    scripts.change(region="Frankfurt")
    refused = scripts.run("deploy.sh")
    scripts.change(region="us-east-1")
    assert refused.returncode != 0
    assert "region must be a Region of AWS's commercial partition" in refused.stderr
    assert [call for call in scripted.harness.aws.calls[before:] if call.caller == SCRIPTS_KEY] == []


def test_a_photo_comes_back_better(scripted: Deployed) -> None:
    harness = scripted.harness
    key = harness.upload(jpeg(), "holiday/beach.jpg", **{"user-id": "ada"})
    run = harness.run_of(key)
    assert run.status == "SUCCEEDED", run.cause
    assert opened(harness.object(f"enhanced/{key}")[0]).size == (320, 240)
    assert harness.record(key)["Status"] == "COMPLETED"


def test_a_second_run_changes_nothing(scripts: Scripts, scripted: Deployed) -> None:
    before = len(scripted.harness.aws.calls)
    lines = scripts.deploy()
    calls = [call for call in scripted.harness.aws.calls[before:] if call.caller == SCRIPTS_KEY]
    assert [call for call in calls if not READING.fullmatch(call.operation)] == []
    assert {line.split()[0] for line in lines[1:-1]} == {"unchanged"}
    assert scripted.inventory.read() == scripted.fresh


def test_a_run_after_a_failure_changes_what_the_settings_are_about(scripts: Scripts, scripted: Deployed) -> None:
    scripts.change(max_pixels=60_000_000, log_retention_days=7, web_origins=[])
    with scripted.harness.aws.faults.refuse(
        "lambda", "UpdateFunctionConfiguration", caller=SCRIPTS_KEY, error_code="AccessDenied"
    ):
        failed = scripts.run("deploy.sh")
    assert failed.returncode != 0
    assert "UpdateFunctionConfiguration" in failed.stderr
    # As if somebody had also changed things by hand.
    other = json.dumps({"source": ["other"]})
    scripted.harness.aws.client("events").put_rule(Name="scripted-upload", EventPattern=other)
    # As the bucket was that somebody had already: docs/faq.md says what becomes of it.
    rule = {"ID": "mine", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 90}}
    scripted.harness.aws.client("s3").put_bucket_lifecycle_configuration(
        Bucket="scripted-uploads", LifecycleConfiguration={"Rules": [rule]}
    )
    # As an earlier version made it.
    scripted.harness.aws.client("dynamodb").update_table(
        TableName="scripted-images", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "UploadIndex"}}]
    )
    changed = {line.split(maxsplit=1)[1] for line in scripts.deploy() if line.startswith(("changed", "made"))}
    index = "index UploadIndex of table scripted-images"
    lifecycle = "bucket scripted-uploads: bucket-lifecycle-configuration"
    about = {"function scripted-enhance", "function scripted-validate", "rule scripted-upload", index, lifecycle}
    assert about <= changed
    assert all(line.endswith(": retention") for line in changed - about), changed
    [rule] = scripted.inventory.read()["buckets"]["BUCKET0"]["cors"]
    # That of the operators' page stays.
    assert rule["AllowedOrigins"] == ["http://127.0.0.1:4567"]
    assert scripted.fresh["buckets"]["BUCKET0"]["cors"][0]["AllowedOrigins"] == [
        "http://127.0.0.1:4567",
        "http://localhost:3000",
        "https://photos.example.com",
    ]
    assert scripted.inventory.read()["tables"] == scripted.fresh["tables"]
    logs = scripted.inventory.read()["logs"]
    assert {group["retentionInDays"] for group in logs.values()} == {7}
    function = scripted.inventory.read()["functions"]["PROJECT-enhance"]
    assert function["Environment"]["Variables"]["MAX_PIXELS"] == "60000000"


def test_photos_are_not_destroyed_unasked(scripts: Scripts, scripted: Deployed) -> None:
    scripts.change(force_destroy_bucket=False)
    refused = scripts.run("destroy.sh", "--yes")
    scripts.change(force_destroy_bucket=True)
    assert refused.returncode == 1
    assert "scripted-uploads holds photos" in refused.stderr
    assert scripted.inventory.read().keys() == scripted.fresh.keys()


def test_destroy_can_leave_the_photos_and_their_key(scripts: Scripts, scripted: Deployed) -> None:
    scripts.destroy("--keep-photos")
    left = scripted.inventory.read()
    assert (list(left), list(left["buckets"])) == (["buckets", "keys"], ["BUCKET0"])
    assert scripted.harness.object("holiday/beach.jpg")[0] == jpeg()


def test_destroy_leaves_nothing(scripts: Scripts, scripted: Deployed) -> None:
    # Most of it is gone already: what is absent is no reason to stop.
    scripts.destroy()
    assert scripted.inventory.read() == {}
