"""What the proofs observe of an execution, in one form for all invariants, and what a fault excuses."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Document = Mapping[str, Any]
# As many as one state tries.
ANY_NUMBER = sys.maxsize


@dataclass(frozen=True)
class Tolerances:
    """What a fault excuses.

    `repeated_messages`: how many messages may repeat, because something struck between the publication of a message
    and the response to it. `late_messages`: a stale invocation may publish after the newest attempt. `failure`: it did
    not pass by itself. `other_error`: the execution's last state met it. `refused_backstop`: it is no outage, so the
    backstop may have to be redriven.
    """

    repeated_messages: int = 0
    late_messages: bool = False
    failure: bool = False
    other_error: bool = False
    refused_backstop: bool = False


@dataclass(frozen=True)
class Observed:
    """What an execution has left behind, and the upload that it served. What is None was not observed.

    `width` is the photo's in pixels, 0 where it is no photo. `end` is the detail of the execution's last status change,
    `ended` how often it ended other than SUCCEEDED. `record` is that of the key, where this execution answers for it;
    `record_changes` every state that it was in, oldest first. `messages` are those about this execution. `copies` holds
    the user metadata and width of each object under enhanced/ by key, `originals` the ETags of the key's versions, of
    which the uploads made `etags`. `executions` were started for the key, `executions_due` by its events and operators;
    this one was redriven `redrives` times, and should have been `redrives_due` times. `requests` hold what operators
    asked of it, None where an upload began it. Where nothing `is_due`, all must be as it was, the record as
    `earlier_record`. Sequencers that are `forced` may leave COMPLETED.
    """

    key: str
    sequencer: str
    width: int
    end: Document
    record: Document | None = None
    messages: Sequence[Document] = ()
    copies: Mapping[str, tuple[Mapping[str, str], int]] | None = None
    etags: Sequence[str] = ()
    originals: Sequence[str] | None = None
    record_changes: Sequence[Document] = ()
    ended: int = 1
    executions: int = 0
    executions_due: int = 0
    redrives: int = 0
    redrives_due: int = 0
    requests: Collection[Document | None] | None = None
    backstop_redrives: int = 0
    is_due: bool = True
    forced: Collection[str] = ()
    earlier_record: Document = field(default_factory=dict)
    tolerances: Tolerances = Tolerances()

    @property
    def skipped(self) -> str:
        """The error by which the execution skipped its upload; "" where it did not."""
        skipped = json.loads(self.end.get("output") or "{}").get("skipped", {})
        return str(skipped.get("Error", ""))
