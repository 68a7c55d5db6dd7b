"""The architecture as a drawing: what an upload sets off, and where its result goes.

The states, and the functions that they call, are read from the definition.
"""

import json
import re
from pathlib import Path
from typing import Any

from darkroom.packaging.repository import STATE_MACHINE
from functions.shared.workflow import FAILURE_BRANCH, RESUME, SKIPPED, STEPS
from tools.pictures.architecture_style import MARKERS, STYLE
from tools.pictures.drawn_shapes import SIDE, arrow, box, frame, label

WIDTH, HEIGHT = 1000, 478
# Where columns and rows begin, in pixels: the outer column of AWS's services, then four of states.
SERVICES, *COLUMNS = 16, 232, 420, 608, 796
RESULTS, MAIN, BRANCH, RETURN, LAST = 16, 126, 246, 330, 414
FRAME = COLUMNS[0] - 22
BACKSTOP = "executions that were stopped, timed out or could not report: the same record and message, once"
WORDS = {
    "RecordFailure": "the record says FAILED",
    "NotifyFailure": "the error and the remedy",
    "FailUnlessRedriven": "so does the execution",
    RESUME: "state data as they were",
    SKIPPED: "nothing is overwritten",
}
TITLE = (
    "An upload to S3 reaches Step Functions by way of EventBridge. "
    "Four steps, a Lambda each, make the enhanced copy, the record and the message. "
    "When a step fails, the failure is recorded and sent; Redrive goes back to the step that failed."
)


def write_architecture(path: Path) -> None:
    """Write the drawing as SVG."""
    path.write_text(architecture(json.loads(STATE_MACHINE.read_text())), encoding="utf-8")


def architecture(definition: dict[str, Any]) -> str:
    """Return the drawing of the pipeline with this definition."""
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img"><title>{TITLE}</title>'
    parts = [frame("page", 0, 0, WIDTH, HEIGHT), *_services(), *_results(), *_main(definition), *_branch()]
    return "\n".join([head, f"<style>{STYLE}</style>{MARKERS}", *parts, "</svg>", ""])


def _services() -> list[str]:
    """Return what brings uploads to the state machine, and what stands behind it."""
    middle = SERVICES + SIDE // 2
    return [
        box("service", SERVICES, RESULTS, "S3", "photos are uploaded"),
        arrow(f"M{middle} {RESULTS + 48}V{MAIN}"),
        box("service", SERVICES, MAIN, "EventBridge", "two rules"),
        arrow(f"M{SERVICES + SIDE} {MAIN + 24}H{COLUMNS[0] - 12}"),
        arrow(f"M{middle} {MAIN + 48}V{BRANCH}", "failure"),
        label(middle + 8, BRANCH - 30, "undeliverable"),
        box("failure", SERVICES, BRANCH, "SQS", "dead-letter queues"),
        arrow(f"M{SERVICES + SIDE} {MAIN + 38}H{FRAME - 13}V{LAST + 24}H{FRAME}", "failure"),
        box("failure", FRAME, LAST, "Backstop: the second state machine", BACKSTOP, width=WIDTH - FRAME - SERVICES),
    ]


def _results() -> list[str]:
    """Return where the result of a photo goes, each above the step that brings it there."""
    places = (("S3", "enhanced copy"), ("DynamoDB", "record of the photo"), ("SNS", "e-mail, SMS, programs"))
    parts = []
    for column, (service, what) in zip(COLUMNS[1:], places, strict=True):
        parts += [box("service", column, RESULTS, service, what)]
        parts += [arrow(f"M{column + SIDE // 2} {MAIN}V{RESULTS + 48}")]
    return parts


def _main(definition: dict[str, Any]) -> list[str]:
    """Return the frame of the state machine, and the four steps in theirs."""
    left, width = FRAME + 10, WIDTH - FRAME - SERVICES - 20
    parts = [
        frame("machine", FRAME, MAIN - 46, width + 20, RETURN + 60 - MAIN + 46),
        label(left + 2, MAIN - 24, "Step Functions: one execution per upload"),
        frame("steps", left, MAIN - 12, width, 72),
    ]
    for column, step in zip(COLUMNS, STEPS, strict=True):
        [function] = re.findall(r"\$\{(\w+)_function_arn\}", definition["States"][step.state]["Resource"])
        parts += [box("step", column, MAIN, step.state, f"Lambda {function}")]
    parts += [arrow(f"M{column + SIDE} {MAIN + 24}H{column + 188}") for column in COLUMNS[:-1]]
    return parts


def _branch() -> list[str]:
    """Return what happens to an upload that is no news, and to one that fails."""
    below, centre = MAIN + 60, SIDE // 2
    parts = [
        arrow(f"M{COLUMNS[0] + centre} {below}V{BRANCH}"),
        label(COLUMNS[0] + centre + 8, BRANCH - 30, "duplicate"),
        label(COLUMNS[0] + centre + 8, BRANCH - 14, "or superseded"),
        box("step", COLUMNS[0], BRANCH, SKIPPED, WORDS[SKIPPED]),
        arrow(f"M{COLUMNS[1] + centre} {below}V{BRANCH}", "failure"),
        label(COLUMNS[1] + centre + 8, BRANCH - 22, "anything wrong, in any step"),
    ]
    for column, step in zip(COLUMNS[1:], FAILURE_BRANCH, strict=True):
        parts += [box("failure", column, BRANCH, step.state, WORDS[step.state])]
    parts += [arrow(f"M{column + SIDE} {BRANCH + 24}H{column + 188}", "failure") for column in COLUMNS[1:-1]]
    last = COLUMNS[-1]
    parts += [arrow(f"M{last + centre} {BRANCH + 48}V{RETURN}"), label(last + centre + 8, RETURN - 13, "Redrive")]
    parts += [box("step", last, RETURN, RESUME, WORDS[RESUME])]
    parts += [arrow(f"M{last} {RETURN + 24}H{last - 10}V{below}")]
    words = ("back to the step that failed,", "with fresh retries")
    return [*parts, *(label(last - 190, RETURN + 20 + 16 * line, said) for line, said in enumerate(words))]
