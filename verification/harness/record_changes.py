"""Every state that every record was ever in, from the table's stream."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer

if TYPE_CHECKING:
    from darkroom.local.deploy import Deployment
    from darkroom.local.embedded_aws import EmbeddedAws


class RecordChanges:
    """Lets a deployment's table stream its changes, and reads on whenever somebody asks for those of a key."""

    def __init__(self, aws: EmbeddedAws, deployment: Deployment) -> None:
        stream = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
        aws.client("dynamodb").update_table(TableName=deployment.table, StreamSpecification=stream)
        arn = aws.client("dynamodb").describe_table(TableName=deployment.table)["Table"]["LatestStreamArn"]
        self._streams = aws.client("dynamodbstreams")
        shards = self._streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        self._iterators = [self._iterator(arn, shard["ShardId"]) for shard in shards]
        self._changes: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._lock = threading.Lock()

    def of(self, key: str) -> list[dict[str, Any]]:
        """Return every state that a key's record was in so far, oldest first."""
        with self._lock:
            self._iterators = [self._read(iterator) for iterator in self._iterators]
            return list(self._changes[key])

    def _iterator(self, arn: str, shard_id: str) -> str:
        answer = self._streams.get_shard_iterator(StreamArn=arn, ShardId=shard_id, ShardIteratorType="TRIM_HORIZON")
        return str(answer["ShardIterator"])

    def _read(self, iterator: str) -> str:
        """Note the changes since an iterator; return the one after them."""
        while True:
            page = self._streams.get_records(ShardIterator=iterator)
            for image in _new_images(page["Records"]):
                self._changes[image["ImageId"]].append(image)
            iterator = page["NextShardIterator"]
            if not page["Records"]:
                return iterator


def _new_images(changes: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for change in changes:
        image = change["dynamodb"].get("NewImage")
        if image:
            yield {name: TypeDeserializer().deserialize(value) for name, value in image.items()}
