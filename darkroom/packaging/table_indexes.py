"""The key and the indexes of the table of records, as DynamoDB's API takes them."""

import json
from functools import cache
from typing import Any

from darkroom.packaging.repository import DOCUMENTS

# Terraform reads it too.
TABLE_INDEXES = DOCUMENTS / "table-indexes.json"
KEY = "ImageId"


def table_keys() -> dict[str, Any]:
    """Return the parameters of CreateTable that say what records are found by."""
    indexes = [_index(name, facts) for name, facts in index_facts().items()]
    named = {part["AttributeName"] for index in indexes for part in index["KeySchema"]}
    return {
        "KeySchema": [{"AttributeName": KEY, "KeyType": "HASH"}],
        "AttributeDefinitions": _definitions(named | {KEY}),
        "GlobalSecondaryIndexes": indexes,
    }


def index_updates() -> dict[str, dict[str, Any]]:
    """Return by the name of each index the parameters of UpdateTable that add it to a table without it."""
    # All definitions, as Terraform's provider sends them: those of the indexes that are there stay.
    defined = {"AttributeDefinitions": table_keys()["AttributeDefinitions"]}
    return {
        name: {**defined, "GlobalSecondaryIndexUpdates": [{"Create": _index(name, facts)}]}
        for name, facts in index_facts().items()
    }


@cache
def index_facts() -> dict[str, dict[str, str]]:
    """Return by the name of each index its keys, and what it holds of a record."""
    facts: dict[str, dict[str, str]] = json.loads(TABLE_INDEXES.read_text())
    return facts


def _index(name: str, facts: dict[str, str]) -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": [
            {"AttributeName": facts["hash_key"], "KeyType": "HASH"},
            {"AttributeName": facts["range_key"], "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": facts["projection"]},
    }


def _definitions(names: set[str]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": "S"} for name in sorted(names)]
