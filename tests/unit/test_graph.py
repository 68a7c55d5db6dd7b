"""The picture of an execution: every state once, the way taken, attempts, and the failed state."""

import json
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from functions.operate.execution_story import Visit
from functions.operate.graph import svg
from functions.operate.graph_layout import layout
from functions.operate.photo_story import PhotoStory
from functions.operate.story_page import story_page
from tests.definitions import BACKSTOP, STATE_MACHINE, pipeline
from tests.unit.operate_samples import ARN, NOW, execution, record
from tests.unit.test_record_queries import PROJECT

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
    paths = ET.fromstring(drawing).findall(f"{SVG}path[@class='taken']")  # noqa: S314 - as above
    return {str(path.findtext(f"{SVG}title")) for path in paths}


def test_each_state_is_drawn_once_with_what_came_of_it() -> None:
    found = groups(svg(pipeline(), WAY))
    assert found.keys() == pipeline()["States"].keys()
    assert found["EnhanceImage"] == ("failed", "failed, 1.5 s, 7 attempts")
    assert found["ValidateImage"] == ("done", "done, 1.5 s")
    assert found["RecordResult"] == ("not-visited", "")


def test_the_way_taken_is_marked() -> None:
    assert taken(svg(pipeline(), WAY)) == {
        "ValidateImage to EnhanceImage", "EnhanceImage to RecordFailure", "RecordFailure to NotifyFailure",
        "NotifyFailure to FailUnlessRedriven",
    }  # fmt: skip


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
    assert places["Skipped"] == (2, 0)


def story(**changes: Any) -> PhotoStory:
    values: dict[str, Any] = {
        "project": PROJECT.name, "key": "beach.jpg", "record": record(), "need": "failed", "standing": "It failed.",
        "advice": "wait", "rerun_helps": "yes", "execution": execution(), "console_url": "https://console/?a=b&c",
        "visits": WAY, "input": None,
    }  # fmt: skip
    return PhotoStory.model_validate({**values, **changes})


def test_the_page_stands_alone_and_shows_what_strangers_wrote_as_text() -> None:
    page = story_page(story(key="<script>alert(1)</script>\x1b", input={"detail": "</pre><b>"}), pipeline())
    assert "<svg" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\ufffd" in page
    assert "&lt;/pre&gt;&lt;b&gt;" in page
    assert "<script" not in page
    assert "S3 &lt;was&gt; down." in page
    assert 'href="https://console/?a=b&amp;c"' in page
    # Nothing is loaded: the console's page is the only address, and a person has to open it.
    assert {part.partition('"')[0] for part in page.split('="http')[1:]} <= {
        "://www.w3.org/2000/svg",
        "s://console/?a=b&amp;c",
    }


def test_a_page_without_an_execution_says_why() -> None:
    page = story_page(story(execution=None, visits=[], record=None, need=None), {})
    assert "Step Functions has forgotten its execution" in page
    assert "<svg" not in page
    assert ARN not in page
