"""Every state that every record was ever in, from the table's stream: what is COMPLETED stays so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from darkroom.local.embedded_aws import EmbeddedAws

# Sequencer and Status of a record, one after the other.
History = list[tuple[str, str]]


def keep_histories(aws: EmbeddedAws, table: str) -> None:
    """Let the table stream its changes from now on."""
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    aws.client("dynamodb").update_table(TableName=table, StreamSpecification=stream)


def histories(aws: EmbeddedAws, table: str) -> dict[str, History]:
    """Return the history of each record by its key."""
    found: dict[str, History] = defaultdict(list)
    for change in _changes(aws, table):
        image = change["dynamodb"].get("NewImage")
        if image:
            found[image["ImageId"]["S"]].append((image["Sequencer"]["S"], image["Status"]["S"]))
    return found


def undone(history: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield a sentence for each time that a record left COMPLETED other than for a newer upload."""
    for (sequencer, before), (next_sequencer, after) in pairwise(history):
        if next_sequencer < sequencer:
            yield "the record went back to an older upload"
        if next_sequencer == sequencer and before == "COMPLETED" and after != "COMPLETED":
            yield f"COMPLETED turned {after}"


def _changes(aws: EmbeddedAws, table: str) -> Iterator[Mapping[str, Any]]:
    arn = aws.client("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
    streams = aws.client("dynamodbstreams")
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        where = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = streams.get_shard_iterator(**where)["ShardIterator"]
        while iterator:
            page = streams.get_records(ShardIterator=iterator)
            yield from page["Records"]
            iterator = page.get("NextShardIterator") if page["Records"] else None
