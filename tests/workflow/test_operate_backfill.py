"""`darkroom backfill` and `darkroom missing` against a deployment: every planned photo is accounted for, none twice."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from functions.operate.backfill.plan_file import BATCH_PHOTOS
from tests.photos import jpeg
from tests.waiting import eventually
from tests.workflow.operated import Command, Said, at_terminal, held_backfill
from verification.harness.harness import Harness
from verification.harness.uploads import NOT_A_PHOTO, small_photo
from verification.load.backfill_load import Backfill, measured

pytestmark = pytest.mark.usefixtures("operator", "clean_table", "settled_at_once")
# With the broken one, a batch and the beginning of another.
COUNT = BATCH_PHOTOS
# Of the photos, so many are started before a run is stopped.
BEGUN = 10
# What the definition tries again, and the first try.
TRIES = 6


@pytest.fixture
def settled_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave no upload to its own event: those of these tests are seconds old."""
    monkeypatch.setattr("darkroom.commands.backfill.SETTLED_AFTER_SECONDS", 0)
    # Nor wait longer and longer for photos that take a moment.
    monkeypatch.setattr("functions.operate.polling.GROWTH", 1)


@pytest.fixture
def folder(operated: Harness) -> str:
    """Return a prefix of keys that is new."""
    return operated.new_key("")


@contextmanager
def events_lost(harness: Harness) -> Iterator[None]:
    """Lose the events of uploads, as before there was a rule."""
    events, rule = harness.aws.client("events"), harness.deployment.rule_name
    events.disable_rule(Name=rule)
    try:
        yield
    finally:
        events.enable_rule(Name=rule)


def uploaded(harness: Harness, folder: str, count: int) -> list[str]:
    """Upload photos whose events are lost; return their keys."""
    with events_lost(harness):
        return [harness.upload(small_photo(32), f"{folder}{number:02}.jpg") for number in range(count)]


def counts(said: Said) -> dict[str, int]:
    found: dict[str, int] = said.document["counts"]
    return found


def names(harness: Harness, key: str) -> list[str]:
    """Return the names of a photo's executions."""
    return [arn.rpartition(":")[2] for arn in harness.executions_for(key)]


def test_a_plan_that_is_interrupted_and_applied_again_starts_each_photo_once(
    operated: Harness, darkroom: Command, folder: str, tmp_path: Path
) -> None:
    plan, where = tmp_path / "plan.json", ("--prefix", folder)
    keys = uploaded(operated, folder, COUNT)
    with events_lost(operated):
        keys.append(operated.upload(NOT_A_PHOTO, f"{folder}broken.jpg"))
    missing = darkroom("missing", *where, "--json")
    assert (missing.status, [photo["key"] for photo in missing.document["photos"]]) == (1, keys)

    planned = darkroom("backfill", "plan", *where, "--out", str(plan), "--json")
    assert planned.document["estimate"]["photos"] == COUNT + 1
    assert [len(batch) for batch in json.loads(plan.read_text())] == [BATCH_PHOTOS, 1]

    # A photo that is uploaded meanwhile is the photo.
    operated.upload(small_photo(40), keys[0])
    operated.run_of(keys[0])

    refusal = operated.aws.faults.refuse(
        "states", "StartExecution", caller="states", times=TRIES, error_code="AccessDeniedException", status=400
    )
    with refusal:
        cut = darkroom("backfill", "apply", str(plan), "--rate", "1", "--yes", "--json")
        [run] = eventually(lambda: [r for r in [shown(darkroom)["run"]] if r["status"] != "RUNNING"], "the run's end")
    assert (cut.status, run["status"], run["error"]) == (3, "FAILED", "States.ExceedToleratedFailureThreshold")

    with held_backfill(operated, spared=BEGUN) as wait:
        darkroom("backfill", "apply", str(plan), "--rate", "0.2", "--yes")
        wait()
        paced = darkroom("backfill", "pace", "--rate", "2", "--json")
        assert (paced.status, paced.document["rate"]) == (0, 2)
        second = darkroom("backfill", "apply", str(plan), "--yes")
        assert (second.status, "a backfill is running" in second.err) == (1, True)
        assert darkroom("backfill", "stop", "--yes", "--json").document["status"] == "ABORTED"
    halfway = darkroom("backfill", "show", str(plan), "--json")
    assert sum(counts(halfway).values()) == COUNT + 1
    assert halfway.document["counts"]["waiting"] >= COUNT - BEGUN

    over = darkroom("backfill", "apply", str(plan), "--yes", "--wait", "--json")
    assert over.status == 1, "a photo is broken"
    assert counts(over) == {"skipped": 1, "done": COUNT - 1, "failed": 1}
    named = {photo["key"]: (photo["outcome"], photo["why"].partition(":")[0]) for photo in over.document["named"]}
    assert named == {
        keys[0]: ("skipped", "a newer upload of this key has taken over"),
        keys[-1]: ("failed", "UnsupportedImageError"),
    }
    again = darkroom("backfill", "apply", str(plan), "--yes", "--json")
    assert (counts(again), again.document["run"]) == (counts(over), None)
    started = {key: [name for name in names(operated, key) if name.startswith("backfill-")] for key in keys}
    assert {len(found) for found in started.values()} <= {0, 1}
    assert [key for key in keys if not started[key]] in ([], [keys[0]])
    assert operated.record(keys[0])["Width"] == 40

    assert darkroom("missing", *where).status == 0
    assert darkroom("backfill", "plan", *where, "--json").document["taken"] == {}


def shown(darkroom: Command) -> Any:
    return darkroom("backfill", "show", "--json").document


def test_what_was_forgotten_since_the_plan_stays_forgotten_and_the_rest_is_made_anew(
    operated: Harness, darkroom: Command, folder: str, tmp_path: Path
) -> None:
    plan, where = tmp_path / "plan.json", ("--prefix", folder)
    kept, forgotten, never = (f"{folder}{name}.jpg" for name in ("kept", "forgotten", "never"))
    for key in (kept, forgotten):
        operated.run_of(operated.upload(jpeg(), key))
    uploaded_at = operated.record(kept)["UploadedAt"]
    with events_lost(operated):
        operated.upload(jpeg(), never)
    darkroom("forget", never, "--yes")
    darkroom("backfill", "plan", *where, "--reprocess", "all", "--out", str(plan))
    darkroom("forget", forgotten, "--yes")
    over = darkroom("backfill", "apply", str(plan), "--yes", "--rate", "0.3334", "--wait", "--json")
    assert (over.status, counts(over)) == (0, {"done": 1, "skipped": 1})
    assert over.document["run"]["rate"] == pytest.approx(1 / 3)
    record = operated.record(kept)
    assert (record["Attempt"], record["UploadedAt"]) == (2, uploaded_at)
    for key in (forgotten, never):
        assert (
            operated.aws.client("dynamodb")
            .get_item(TableName=operated.deployment.table, Key={"ImageId": {"S": key}})
            .get("Item")
            is None
        )
    assert (names(operated, never), len(names(operated, kept))) == ([], 2)


def test_an_upload_whose_event_was_lost_is_named_and_made_and_a_real_one_still_wins(
    operated: Harness, darkroom: Command, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # S3 tells times by the second: here it is all one.
    monkeypatch.setattr("functions.operate.backfill.backfill_verdict.is_newer", lambda *_: True)
    plan, key = tmp_path / "plan.json", f"{folder}again.jpg"
    operated.run_of(operated.upload(jpeg(), key))
    with events_lost(operated):
        operated.upload(small_photo(40), key)
    planned = darkroom("backfill", "plan", "--prefix", folder, "--out", str(plan), "--json")
    assert [(found["key"], found["standing"]) for found in planned.document["other_versions"]] == [
        (key, "is newer than its record")
    ]
    over = darkroom("backfill", "apply", str(plan), "--yes", "--wait", "--json")
    assert (over.status, operated.record(key)["Width"]) == (0, 40)
    operated.upload(small_photo(48), key)
    operated.run_of(key, 3)
    assert operated.record(key)["Width"] == 48


def test_a_photo_that_has_begun_and_has_no_record_yet_is_at_work(
    operated: Harness, darkroom: Command, folder: str, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.json"
    [key] = uploaded(operated, folder, 1)
    darkroom("backfill", "plan", "--prefix", folder, "--out", str(plan))
    with operated.faults.hang("validate", "dynamodb", "PutItem") as claim:
        darkroom("backfill", "apply", str(plan), "--yes")
        eventually(lambda: claim.count, "the claim to hang")
        eventually(lambda: shown(darkroom)["run"]["status"] == "SUCCEEDED", "the run's end")
        begun = darkroom("backfill", "show", str(plan), "--json")
        assert (begun.status, counts(begun), begun.document["named"]) == (3, {"at work": 1}, [])
        assert darkroom("backfill", "apply", str(plan), "--yes", "--json").document["run"] is None
    operated.run_of(key)
    over = darkroom("backfill", "show", str(plan), "--json")
    assert (over.status, counts(over)) == (0, {"done": 1})


def test_nothing_is_started_unasked_too_dear_or_from_what_is_no_plan(
    operated: Harness, darkroom: Command, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = tmp_path / "plan.json"
    [key] = uploaded(operated, folder, 1)
    darkroom("backfill", "plan", "--prefix", folder, "--out", str(plan))
    # The latest run is of another plan.
    assert darkroom("backfill", "show", str(plan), "--json").document["run"] is None
    unasked = darkroom("backfill", "apply", str(plan), "--json")
    assert (unasked.status, unasked.out) == (2, "")
    assert "1 photo, 0.0 GB, about 0.00 dollars without e-mails" in unasked.err
    dear = darkroom("backfill", "apply", str(plan), "--yes", "--max-cost", "0.00001")
    assert (dear.status, "nothing was started" in dear.err) == (1, True)
    slow = darkroom("backfill", "apply", str(plan), "--yes", "--rate", "0.01")
    assert (slow.status, "the rate is 0.01 photos a second" in slow.err) == (2, True)
    at_terminal(monkeypatch, "n\n")
    assert "Nothing was started.\n" in darkroom("backfill", "apply", str(plan)).out
    (tmp_path / "notes.txt").write_text("Rain again.")
    wrong = darkroom("backfill", "apply", str(tmp_path / "notes.txt"), "--yes")
    assert (wrong.status, "is no plan" in wrong.err) == (1, True)
    plan.write_text(plan.read_text().replace(operated.deployment.bucket, "other-photos"))
    other = darkroom("backfill", "apply", str(plan), "--yes")
    assert (other.status, "the plan is for the bucket other-photos" in other.err) == (2, True)
    assert darkroom("missing", "--prefix", "enhanced/a").status == 2
    for action in (("pace", "--rate", "1"), ("stop", "--yes")):
        idle = darkroom("backfill", *action)
        assert (idle.status, "no backfill is running" in idle.err) == (1, True)
    assert names(operated, key) == []


def test_every_photo_of_the_benchmark_is_accounted_for(operated: Harness, folder: str, tmp_path: Path) -> None:
    """As `make bench-backfill`, with a few photos: interrupted, applied again, and live uploads meanwhile."""
    backfill = Backfill(operated, tmp_path / "plan.json", folder, rate=20)
    text = measured(backfill, 40)
    assert "| done | 34 |\n| failed | 2 |\n| skipped | 4 |" in text
