"""A photo's page stands alone, says what happened, and shows what strangers wrote as text."""

import io
import json
import xml.etree.ElementTree as ET
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from rich.console import Console

from darkroom.commands.photo_screen import screen
from functions.operate.execution_history import Step
from functions.operate.execution_logs import LogLine
from functions.operate.execution_story import story as visits_of
from functions.operate.graph import svg
from functions.operate.photo_pictures import Picture
from functions.operate.photo_story import PhotoStory
from functions.operate.story_page import PageDetails, story_page
from functions.shared.printable import printable
from tests.definitions import pipeline
from tests.nasty_texts import NASTY_TEXTS
from tests.unit.operate_samples import ARN, NOW, execution, record
from tests.unit.test_record_queries import PROJECT

VOID = {"meta", "br", "img"}
# Nothing that runs or loads: no script, frame, form, link to a style, object or base.
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "b", "span", "div", "figure", "figcaption",
    "img", "dl", "dt", "dd", "code", "br", "a", "table", "tr", "th", "td", "details", "summary", "pre", "footer",
    "svg", "defs", "marker", "path", "g", "rect", "text",
}  # fmt: skip


class Reader(HTMLParser):
    """Reads a page as a browser does: its elements, their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.open += [] if tag in VOID else [tag]

    def handle_endtag(self, tag: str) -> None:
        if tag != "p" or "p" in self.open:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def step(state: str = "EnhanceImage", **changes: Any) -> Step:
    values: dict[str, Any] = {"attempts": 1, "left": NOW + timedelta(seconds=1.5), "succeeded": True}
    return Step(state, NOW, **{**values, **changes})


def story(**changes: Any) -> PhotoStory:
    values: dict[str, Any] = {
        "project": PROJECT.name, "key": "beach.jpg", "record": record(), "need": "failed", "standing": "It failed.",
        "advice": "wait", "rerun_helps": "yes", "execution": execution(), "console_url": "https://console/?a=b&c",
        "visits": [],
    }  # fmt: skip
    return PhotoStory.model_validate({**values, **changes})


def nasty_page(nasty: str) -> tuple[PhotoStory, PageDetails]:
    """Return a story and its details, the text in each place where a stranger's may come."""
    failed = step(succeeded=False, errors=[nasty], message=nasty, input=json.dumps({"a": nasty}), output=nasty)
    found = record(nasty, error=nasty, message=nasty, user_id=nasty, enhanced_key=nasty, rerun={"reason": nasty})
    log = LogLine(at=NOW, function="enhance", level=nasty, text=nasty, is_certain=False)
    told = story(
        key=nasty, record=found, standing=nasty, advice=nasty, logs=[log], visits=visits_of([failed]),
        execution=execution(arn=f"{ARN}{nasty}", cause=nasty),
    )  # fmt: skip
    details = PageDetails(NOW, pipeline(), [failed], [Picture("Before", why_not=nasty)], {nasty: nasty}, nasty)
    return told, details


@pytest.mark.parametrize("nasty", NASTY_TEXTS, ids=ascii)
def test_what_strangers_wrote_is_text_in_a_page(nasty: str) -> None:
    found = Reader(story_page(*nasty_page(nasty)))
    assert found.open == []
    assert {tag for tag, _ in found.elements} <= ALLOWED
    assert not [name for _, attributes in found.elements for name in attributes if name.startswith("on")]
    assert [attributes["href"] for tag, attributes in found.elements if tag == "a"] == ["https://console/?a=b&c"]
    # Title, heading, sentence, advice, user, copy, reason, ARN, why there is no picture, error and message.
    assert found.text.count(printable(nasty)) >= 11
    assert found.text.replace("\n", "").isprintable()


@pytest.mark.parametrize("nasty", NASTY_TEXTS, ids=ascii)
def test_what_strangers_wrote_is_text_in_a_drawing(nasty: str) -> None:
    definition = {"StartAt": nasty, "States": {nasty: {"Type": "Task", "Next": "End"}, "End": {"Type": "Succeed"}}}
    failed = step(nasty, succeeded=False, errors=[nasty], message=nasty)
    drawn = ET.fromstring(svg(definition, visits_of([failed])))  # noqa: S314 - our own drawing
    tags = {element.tag.rpartition("}")[2] for element in drawn.iter()}
    assert tags <= {"svg", "title", "style", "defs", "marker", "path", "g", "rect", "text"}
    assert not [name for element in drawn.iter() for name in element.attrib if name.startswith("on")]
    told = [element.text or "" for element in drawn.iter()]
    assert f"{printable(nasty)}: {printable(nasty)}" in told


@pytest.mark.parametrize("nasty", NASTY_TEXTS, ids=ascii)
def test_what_strangers_wrote_is_text_in_a_terminal(nasty: str) -> None:
    told, _ = nasty_page(nasty)
    terminal = io.StringIO()
    console = Console(file=terminal, width=400, force_terminal=False, color_system=None)
    console.print(screen(told.model_copy(update={"input": {nasty: nasty}}), []), soft_wrap=True)
    assert terminal.getvalue().count(printable(nasty)) >= 7
    assert terminal.getvalue().replace("\n", "").isprintable()


def test_a_page_loads_nothing_and_may_run_nothing() -> None:
    [picture] = (Picture("Before", "data:image/jpeg;base64,AA==", 720, 480),)
    found = Reader(story_page(story(), PageDetails(NOW, pipeline(), [step()], [picture])))
    sources = {attributes[name] for _, attributes in found.elements for name in ("src", "data") if name in attributes}
    assert sources == {"data:image/jpeg;base64,AA=="}
    policies = [each["content"] for tag, each in found.elements if tag == "meta" and "http-equiv" in each]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    styles = story_page(story(), PageDetails(NOW)).partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in styles
    assert "@import" not in styles


def test_a_page_shows_states_with_input_and_output_on_demand() -> None:
    steps = [
        step("ValidateImage", input='{"key": "beach.jpg"}', output='{"format": "JPEG"}'),
        step(attempts=7, succeeded=False, errors=["TransientServiceError"], message="S3 <was> down."),
        step(redriven=True),
    ]
    page = story_page(story(), PageDetails(NOW, pipeline(), steps, input={"detail": 1}, output={"image": 2}))
    text = Reader(page).text
    assert "Redrive: the failed step runs again" in text
    assert "S3 <was> down." in text
    for document in ('"key": "beach.jpg"', '"format": "JPEG"', '"detail": 1', '"image": 2', '"error": "Transient'):
        assert document in text
    assert page.count("<details>") == 5


def test_a_long_document_is_cut_and_says_so() -> None:
    text = Reader(story_page(story(), PageDetails(NOW, input="x" * 60_000))).text
    assert "… and 10,002 characters more" in text


def test_a_page_without_an_execution_says_why() -> None:
    page = story_page(story(execution=None, record=None, need=None), PageDetails(NOW))
    assert "Step Functions has forgotten its execution" in page
    assert "<svg" not in page
    assert ARN not in page
