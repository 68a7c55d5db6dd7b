"""Conditional writes to the table of records, in plain Python values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from functions.shared.aws import translated

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

    from functions.shared.records.write_condition import WriteCondition

Item = dict[str, Any]


class RefusedWriteError(Exception):
    """The condition of a write did not hold; `item` is the record as it is now, empty where there is none."""

    def __init__(self, item: Item) -> None:
        super().__init__("The record is not as it was seen.")
        self.item = item


@dataclass(frozen=True)
class RecordTable:
    """Table of records by ImageId. Methods raise RefusedWriteError, TransientServiceError or ServiceRefusedError."""

    client: DynamoDBClient
    name: str

    def put_unless_newer(self, item: Item) -> None:
        """Write a whole record where there is none, or one of an older upload."""
        with translated("dynamodb:PutItem"), _refusals():
            self.client.put_item(
                TableName=self.name,
                Item=serialise(item),
                ConditionExpression="attribute_not_exists(ImageId) OR Sequencer < :sequencer",
                ExpressionAttributeValues=serialise({":sequencer": item["Sequencer"]}),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )

    def put(self, item: Item, condition: WriteCondition) -> None:
        """Write a whole record in place of one of which the condition holds."""
        with translated("dynamodb:PutItem"), _refusals():
            self.client.put_item(
                TableName=self.name,
                Item=serialise(item),
                ConditionExpression=condition.expression,
                ExpressionAttributeNames={f"#{name}": name for name in condition.names},
                ExpressionAttributeValues=serialise(condition.values),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )

    def update(
        self, image_id: str, changes: Mapping[str, Any], condition: WriteCondition, *, drop: Iterable[str] = ()
    ) -> Item:
        """Change attributes of a record where the condition holds, drop others; return the whole record."""
        dropped = [name for name in drop if name not in changes]
        values = {f":{name}": value for name, value in changes.items()} | condition.values
        with translated("dynamodb:UpdateItem"), _refusals():
            response = self.client.update_item(
                TableName=self.name,
                Key=serialise({"ImageId": image_id}),
                UpdateExpression=_update_expression(changes, dropped),
                ConditionExpression=condition.expression,
                ExpressionAttributeNames={f"#{name}": name for name in {*changes, *dropped, *condition.names}},
                ExpressionAttributeValues=serialise(values),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        return deserialise(response["Attributes"])

    def delete(self, image_id: str, condition: WriteCondition) -> None:
        """Delete a record where the condition holds. Only operators may: no function has the permission."""
        with translated("dynamodb:DeleteItem"), _refusals():
            self.client.delete_item(
                TableName=self.name,
                Key=serialise({"ImageId": image_id}),
                ConditionExpression=condition.expression,
                ExpressionAttributeNames={f"#{name}": name for name in condition.names},
                ExpressionAttributeValues=serialise(condition.values),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )


def _update_expression(changes: Iterable[str], dropped: Iterable[str]) -> str:
    expression = "SET " + ", ".join(f"#{name} = :{name}" for name in changes)
    removals = ", ".join(f"#{name}" for name in dropped)
    return f"{expression} REMOVE {removals}" if removals else expression


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        # botocore's types do not know the item that ReturnValuesOnConditionCheckFailure brings.
        response: Mapping[str, Any] = error.response
        raise RefusedWriteError(deserialise(response.get("Item", {}))) from error


def serialise(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain values as DynamoDB's attributes."""
    # DynamoDB has no binary floats: a trip through JSON turns them, at any depth, into the decimals that they print as.
    exact = json.loads(json.dumps(values), parse_float=Decimal)
    return {name: TypeSerializer().serialize(value) for name, value in exact.items()}


def deserialise(attributes: Mapping[str, Any]) -> Item:
    """Return DynamoDB's attributes as plain values."""
    return {name: _plain(TypeDeserializer().deserialize(value)) for name, value in attributes.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value
