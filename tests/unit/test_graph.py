"""The picture of an execution: every state once, the way taken, attempts, and the failed state."""

import json
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from functions.operate.execution_story import Visit
from functions.operate.graph import svg
from functions.operate.graph_layout import layout
from tests.definitions import BACKSTOP, STATE_MACHINE, pipeline
from tests.unit.operate_samples import NOW

SVG = "{http://www.w3.org/2000/svg}"


def visit(state: str, **changes: Any) -> Visit:
    values: dict[str, Any] = {
        "entered_at": NOW, "seconds": 1.5, "attempts": 1, "outcome": "done", "result": "done", "errors": [],
        "message": "", "redriven": False,
    }  # fmt: skip
    return Visit(state=state, **{**values, **changes})


FAILED = visit("EnhanceImage", attempts=7, outcome="failed", result="TransientServiceError", message="S3 <was> down.")
WAY = [visit("ValidateImage"), FAILED, visit("RecordFailure"), visit("NotifyFailure"), visit("FailUnlessRedriven")]


def groups(drawing: str) -> dict[str, tuple[str, str]]:
    """Return each state's class and the words below its name."""
    found = ET.fromstring(drawing).findall(f"{SVG}g")  # noqa: S314 - our own drawing
    texts = [(group.get("class", ""), [text.text or "" for text in group.findall(f"{SVG}text")]) for group in found]
    assert len(texts) == len({words[0] for _, words in texts})
    return {words[0]: (kind, words[1]) for kind, words in texts}


def taken(drawing: str) -> set[str]:
    paths = ET.fromstring(drawing).findall(f"{SVG}path")  # noqa: S314 - as above
    return {str(path.findtext(f"{SVG}title")) for path in paths if path.get("class", "").startswith("taken")}


def test_each_state_is_drawn_once_with_what_came_of_it() -> None:
    found = groups(svg(pipeline(), WAY))
    assert found.keys() == pipeline()["States"].keys()
    assert found["EnhanceImage"] == ("failed", "failed, 1.5 s, 7 attempts")
    assert found["ValidateImage"] == ("done", "done, 1.5 s")
    assert found["RecordResult"] == ("not-visited", "")


def test_boxes_are_dark_where_words_are_light_without_a_page_that_says_so() -> None:
    assert ".execution{color-scheme:light dark}" in svg(pipeline(), WAY)


def test_the_way_taken_is_marked() -> None:
    assert taken(svg(pipeline(), WAY)) == {
        "ValidateImage to EnhanceImage", "EnhanceImage to RecordFailure", "RecordFailure to NotifyFailure",
        "NotifyFailure to FailUnlessRedriven",
    }  # fmt: skip


def test_a_state_that_failed_keeps_its_mark_after_a_redrive() -> None:
    again = [*WAY, visit("FailUnlessRedriven", redriven=True), visit("ResumeFailedStep"), visit("EnhanceImage")]
    assert marked(svg(pipeline(), [visit("ValidateImage")])) == set()
    assert marked(svg(pipeline(), again)) == {"EnhanceImage"}


def marked(drawing: str) -> set[str]:
    found = ET.fromstring(drawing).findall(f"{SVG}g")  # noqa: S314 - as above
    return {str(group.findtext(f"{SVG}text")) for group in found if len(group.findall(f"{SVG}text")) == 3}


def test_no_two_ways_are_drawn_between_the_same_states() -> None:
    drawn = ET.fromstring(svg(pipeline(), WAY)).findall(f"{SVG}path")  # noqa: S314 - as above
    ways = [(path.findtext(f"{SVG}title"), path.get("class")) for path in drawn]
    assert len({title for title, _ in ways}) == len(ways)
    # Next and Catch both lead there.
    assert ("NotifyFailure to FailUnlessRedriven", "taken") in ways


def test_a_long_visit_is_told_in_minutes() -> None:
    assert groups(svg(pipeline(), [visit("EnhanceImage", seconds=181.0)]))["EnhanceImage"] == ("done", "done, 3 min")


def test_a_visit_that_lasts_has_no_duration_yet() -> None:
    lasting = visit("EnhanceImage", seconds=None, outcome="at work", attempts=2)
    assert groups(svg(pipeline(), [lasting]))["EnhanceImage"] == ("at-work", "at work, 2 attempts")


def test_a_redrive_adds_to_the_visits_of_a_state() -> None:
    again = [*WAY, visit("FailUnlessRedriven", redriven=True), visit("ResumeFailedStep"), visit("EnhanceImage")]
    drawing = svg(pipeline(), again)
    assert groups(drawing)["EnhanceImage"] == ("done", "done, 3.0 s, 8 attempts")
    assert "ResumeFailedStep to EnhanceImage" in taken(drawing)


@pytest.mark.parametrize("file", [STATE_MACHINE, BACKSTOP], ids=lambda file: file.name)
def test_no_two_states_stand_in_the_same_place_and_the_main_path_in_one_column(file: Any) -> None:
    definition = json.loads(file.read_text())
    places = layout(definition).places
    assert len(set(places.values())) == len(places) == len(definition["States"])
    assert places[definition["StartAt"]] == (0, 0)


def test_the_steps_stand_below_each_other_and_the_failure_branch_beside_them() -> None:
    places = layout(pipeline()).places
    steps = ("ValidateImage", "EnhanceImage", "RecordResult", "NotifyResult")
    assert [places[name] for name in steps] == [(0, row) for row in range(4)]
    assert len({places[name][0] for name in ("RecordFailure", "NotifyFailure", "FailUnlessRedriven")} - {0}) == 1
    assert places["RecordFailure"] == (1, 1)
    assert places["Skipped"] == (0, 4)
