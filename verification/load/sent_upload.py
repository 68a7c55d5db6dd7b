"""One upload of the load: its execution, the one that its event started once more, and what both left behind."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PIL import Image

from functions.shared.records.sequencer import normalise_sequencer
from verification.harness.uploads import NOT_A_PHOTO
from verification.observed import Observed

if TYPE_CHECKING:
    from verification.harness.harness import Harness


@dataclass
class SentUpload:
    """An upload whose execution has ended with the status change `end`; `width` is 0 where it is no photo."""

    harness: Harness
    key: str
    width: int
    end: dict[str, Any]
    duplicate_end: dict[str, Any] | None = None
    record_before: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def send(cls, harness: Harness, key: str, body: bytes) -> SentUpload:
        """Upload, and wait for the end of the execution."""
        harness.upload(body, key)
        [arn] = harness.recorder.wait_for(lambda: harness.executions_for(key), f"the execution for {key}")
        return cls(harness, key, _width(body), harness.end(arn))

    def deliver_again(self, name: str) -> None:
        """Deliver the upload's event once more, and wait for the end of that execution."""
        self.record_before = self.harness.record(self.key)
        self.duplicate_end = self.harness.end(self.harness.start(json.loads(self.end["input"]), name))

    @property
    def outcomes(self) -> list[str]:
        """How each execution ended: succeeded, failed, skipped."""
        return [_outcome(end) for end in (self.end, self.duplicate_end) if end]

    def observed(self) -> Iterator[Observed]:
        """Yield what each execution has left behind."""
        record, messages = self.harness.record(self.key), list(self.harness.recorder.messages.get(self.key, []))
        executions = len(self.harness.executions_for(self.key))
        uploaded = json.loads(self.end["input"])["detail"]["object"]
        sequencer, due = normalise_sequencer(uploaded["sequencer"]), 2 if self.duplicate_end else 1
        own = [message for message in messages if message["execution_arn"] == self.end["executionArn"]]
        yield Observed(
            self.key, sequencer, self.width, self.end, record, own, executions=executions, executions_due=due
        )
        if self.duplicate_end:
            others = [message for message in messages if message not in own]
            yield Observed(
                self.key,
                sequencer,
                self.width,
                self.duplicate_end,
                record,
                others,
                is_due=False,
                earlier_record=self.record_before,
            )


def _width(body: bytes) -> int:
    if body == NOT_A_PHOTO:
        return 0
    with Image.open(io.BytesIO(body)) as image:
        return image.width


def _outcome(end: Mapping[str, Any]) -> str:
    skipped = end["status"] == "SUCCEEDED" and "skipped" in json.loads(end["output"])
    return "skipped" if skipped else str(end["status"]).lower()
