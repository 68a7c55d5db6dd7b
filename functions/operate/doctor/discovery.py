"""Where a deployment's photos and its key are, as its own parts say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from functions.operate.calls import CALL_ERRORS
from functions.operate.doctor.plan import if_there
from functions.operate.project import Clients, Project

BUCKETS = "neither rule {0}-upload nor function {0}-enhance names a bucket"
KEY = "neither alias/{0} nor the table names a key"


class PlaceNotKnownError(Exception):
    """What the checks compare with cannot be found out; the message says where it was looked for."""


@dataclass(frozen=True)
class Places:
    """The bucket of uploads, that of the copies, and the key that encrypts them."""

    upload_bucket: str
    enhanced_bucket: str
    key_arn: str


def find_places(clients: Clients, project: Project, explain: Callable[[Exception], str]) -> Places:
    """Return a project's places; each has a second source. Raises PlaceNotKnownError."""
    uploads = [lambda: _bucket_of_rule(clients, project), lambda: _bucket_of_enhance(clients, project)]
    upload_bucket = _first(uploads, BUCKETS.format(project.name), explain)
    return Places(
        upload_bucket=upload_bucket,
        enhanced_bucket=_first([uploads[1], lambda: upload_bucket], "", explain),
        key_arn=_first(
            [lambda: _key_of_alias(clients, project), lambda: _key_of_table(clients, project)],
            KEY.format(project.name),
            explain,
        ),
    )


def _first(sources: list[Callable[[], str | None]], without: str, explain: Callable[[Exception], str]) -> str:
    """Return what the first source says that says anything."""
    refused: list[str] = []
    for found in _answers(sources, refused, explain):
        if found:
            return found
    raise PlaceNotKnownError("; ".join([without, *refused]))


def _answers(
    sources: list[Callable[[], str | None]], refused: list[str], explain: Callable[[Exception], str]
) -> Iterator[str | None]:
    for source in sources:
        try:
            yield source()
        except CALL_ERRORS as error:
            refused.append(explain(error))


def _bucket_of_rule(clients: Clients, project: Project) -> str | None:
    rule = if_there(lambda: clients("events").describe_rule(Name=f"{project.name}-upload"))
    names = _within(json.loads(rule["EventPattern"]), "detail", "bucket", "name") if rule else None
    return str(names[0]) if names else None


def _bucket_of_enhance(clients: Clients, project: Project) -> str | None:
    found = if_there(lambda: clients("lambda").get_function_configuration(FunctionName=f"{project.name}-enhance"))
    return _text(_within(found, "Environment", "Variables", "ENHANCED_BUCKET_NAME"))


def _key_of_alias(clients: Clients, project: Project) -> str | None:
    found = if_there(lambda: clients("kms").describe_key(KeyId=f"alias/{project.name}"))
    return _text(_within(found, "KeyMetadata", "Arn"))


def _key_of_table(clients: Clients, project: Project) -> str | None:
    found = if_there(lambda: clients("dynamodb").describe_table(TableName=f"{project.name}-images"))
    return _text(_within(found, "Table", "SSEDescription", "KMSMasterKeyArn"))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _within(document: Any, *path: str) -> Any:
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    return document
