"""The deployment that is probed, and the names of what a probe makes in it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from darkroom.commands.access import Access
from darkroom.probe.waiting import LIMIT_SECONDS
from functions.operate.doctor.plan import Plan

PREFIX = "darkroom-probe/"
"""Begins the keys of all canaries, in every deployment."""
REASON = "darkroom doctor --probe: to see whether alarms reach the operations topic"


@dataclass(frozen=True)
class Site:
    """One probe of one deployment; `mark` is in all that this probe makes."""

    access: Access
    plan: Plan
    mark: str = field(default_factory=lambda: token_hex(4))
    limit_seconds: float = LIMIT_SECONDS
    began_at: float = field(default_factory=time.monotonic)

    def client(self, service: str) -> Any:
        """Return the client of a service."""
        return self.access.client(service)

    @property
    def queue_prefix(self) -> str:
        """Begins the names of the queues of all probes of this deployment."""
        return self.plan.of("probe-")

    @property
    def photo_key(self) -> str:
        """The key of the canary."""
        return f"{PREFIX}{self.mark}/canary.jpg"

    @property
    def broken_key(self) -> str:
        """The key of the canary that is no photo."""
        return f"{PREFIX}{self.mark}/broken.jpg"

    @property
    def user_id(self) -> str:
        """Whose photo the canary is; the broken one is another's."""
        return f"darkroom-probe-{self.mark}"

    @property
    def alarm(self) -> str:
        """The alarm that is set: one that no canary sets off."""
        return self.plan.of("backstop-lost")

    def topic(self, name: str) -> str:
        """Return the ARN of a topic."""
        return self.plan.arn("sns", self.plan.of(name))

    def upload(self, key: str, body: bytes, user_id: str) -> None:
        """Put a canary into the bucket of uploads; it keeps its size, whatever preset the deployment has."""
        metadata = {"user-id": user_id, "preset": "photo"}
        self.client("s3").put_object(Bucket=self.plan.upload_bucket, Key=key, Body=body, Metadata=metadata)

    def item(self, key: str) -> dict[str, Any]:
        """Return a photo's item in the table as DynamoDB has it, {} where there is none."""
        table, named = self.plan.project.table, {"ImageId": {"S": key}}
        found = self.client("dynamodb").get_item(TableName=table, Key=named, ConsistentRead=True)
        item: dict[str, Any] = found.get("Item", {})
        return item


def read_json(text: str) -> dict[str, Any]:
    """Return the object that a message holds, {} where it is none."""
    try:
        document = json.loads(text)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
