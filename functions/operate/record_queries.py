"""The table of records as its readers ask it: by key, by many keys, and by what needs attention."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from functions.operate.photo_record import PhotoRecord
from functions.operate.report_model import ReportModel
from functions.shared.errors import TransientServiceError
from functions.shared.records.ownership import timestamp
from functions.shared.records.table import RecordTable, RefusedWriteError, deserialise, serialise
from functions.shared.records.write_condition import WriteCondition

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

INDEX = "AttentionIndex"
"""Holds FAILED and PROCESSING records alone: reading it costs nothing for those that are COMPLETED."""
IN_INDEX = ("FAILED", "PROCESSING")
MAX_KEYS = 100  # in one BatchGetItem
MAX_TRIES = 5


class ChangedRecordError(Exception):
    """A record is not as it was read."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the record of {key!r} has changed since it was read: look again with `darkroom show`")


class Changed(ReportModel):
    """A place in the index of what needs attention: behind a photo that changed at a time, as the record spells it."""

    changed_at: str
    key: str

    def item(self, status: str) -> dict[str, str]:
        """Return the index's item at this place."""
        return {"Attention": status, "Timestamp": self.changed_at, "ImageId": self.key}


@dataclass(frozen=True)
class Records:
    """The records of a project. Methods raise botocore's errors."""

    client: DynamoDBClient
    table: str

    def get(self, key: str) -> PhotoRecord | None:
        """Return a photo's record as it is at this moment."""
        answer = self.client.get_item(TableName=self.table, Key=serialise({"ImageId": key}), ConsistentRead=True)
        return _record(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Iterable[str]) -> dict[str, PhotoRecord]:
        """Return the records of the keys that have one, with a request for each hundred.

        Raises TransientServiceError where DynamoDB leaves some unread.
        """
        wanted = list(dict.fromkeys(keys))
        batches = (wanted[start : start + MAX_KEYS] for start in range(0, len(wanted), MAX_KEYS))
        return {record.key: record for batch in batches for record in self._batch(batch)}

    def needing_attention(
        self, status: str, since: datetime | None = None, behind: Changed | None = None
    ) -> Iterator[PhotoRecord]:
        """Yield the records with a status of IN_INDEX, the latest change first, from behind a place on."""
        key = "Attention = :status" + (" AND #changed >= :since" if since else "")
        values = {":status": status, **({":since": timestamp(since)} if since else {})}
        query: dict[str, Any] = {
            "TableName": self.table,
            "IndexName": INDEX,
            "KeyConditionExpression": key,
            "ExpressionAttributeValues": serialise(values),
            "ScanIndexForward": False,
            **({"ExpressionAttributeNames": {"#changed": "Timestamp"}} if since else {}),
            **({"ExclusiveStartKey": serialise(behind.item(status))} if behind else {}),
        }
        for page in self.client.get_paginator("query").paginate(**query):
            yield from map(_record, page["Items"])

    def note_rerun(self, record: PhotoRecord, noted: dict[str, Any]) -> None:
        """Note in a record what is asked of its redrive. Raises ChangedRecordError where it has changed since."""
        # What an old version of Darkroom wrote has no count.
        redrives = record.redrive_count if "redrive_count" in record.model_fields_set else None
        seen = {"ExecutionArn": record.execution_arn, "Status": record.status, "RedriveCount": redrives}
        try:
            RecordTable(self.client, self.table).update(record.key, {"Rerun": noted}, WriteCondition(only_if=seen))
        except RefusedWriteError as error:
            raise ChangedRecordError(record.key) from error

    def require_unchanged(self, record: PhotoRecord) -> None:
        """Raise ChangedRecordError where a record is not as it was read."""
        if self.get(record.key) != record:
            raise ChangedRecordError(record.key)

    def mark_forgetting(self, record: PhotoRecord, now: datetime) -> None:
        """Note in a record that it is being forgotten. Raises RefusedWriteError where it has changed since."""
        mark = {"at": timestamp(now), "attempt": record.attempt}
        RecordTable(self.client, self.table).update(record.key, {"Forgetting": mark}, _as_seen(record))

    def delete(self, record: PhotoRecord) -> None:
        """Delete a record that is still as it was seen. Raises RefusedWriteError where an upload or a run has come."""
        RecordTable(self.client, self.table).delete(record.key, _as_seen(record))

    def _batch(self, keys: Iterable[str]) -> Iterator[PhotoRecord]:
        asked: Any = {self.table: {"Keys": [serialise({"ImageId": key}) for key in keys], "ConsistentRead": True}}
        for _ in range(MAX_TRIES):
            answer = self.client.batch_get_item(RequestItems=asked)
            yield from map(_record, chain.from_iterable(answer["Responses"].values()))
            # What DynamoDB had no capacity for is asked again.
            asked = answer.get("UnprocessedKeys")
            if not asked:
                return
        raise TransientServiceError("dynamodb:BatchGetItem left records unread: it has no capacity, try again")


def _as_seen(record: PhotoRecord) -> WriteCondition:
    """Return the condition that no upload and no execution has written a record since it was seen."""
    # Each takeover and each redrive counts one attempt more.
    seen = {"Sequencer": record.sequencer, "ExecutionArn": record.execution_arn, "Status": record.status}
    return WriteCondition(only_if={**seen, "Attempt": record.attempt})


def _record(item: Any) -> PhotoRecord:
    return PhotoRecord.model_validate(deserialise(item))
