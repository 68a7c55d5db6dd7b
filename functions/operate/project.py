"""Where a project's photos, records and executions are: found from its name, and from what its functions are told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

Clients = Callable[[str], Any]
"""Returns the client of a service, by boto3's name."""


class NoSuchProjectError(Exception):
    """The account and Region hold no deployment of that name; the message says where it was looked for."""


@dataclass(frozen=True)
class Project:
    """A deployment. Both ways to deploy name things alike, after the project."""

    name: str
    region: str
    account_id: str
    table: str
    lease_seconds: int

    @property
    def pipeline_arn(self) -> str:
        """The state machine that photos go through."""
        return f"arn:aws:states:{self.region}:{self.account_id}:stateMachine:{self.name}-pipeline"

    @property
    def backfill_arn(self) -> str:
        """The state machine that works the plans of backfills off."""
        return f"arn:aws:states:{self.region}:{self.account_id}:stateMachine:{self.name}-backfill"

    @property
    def artifacts_bucket(self) -> str:
        """The bucket that holds the functions' code, and the plans of backfills."""
        return f"{self.name}-artifacts-{self.account_id}-{self.region}"

    @property
    def dead_letter_queues(self) -> list[str]:
        """The names of the queues that keep events which started nothing."""
        return [f"{self.name}-{rule}-undelivered" for rule in ("upload", "backstop")]


def find_project(clients: Clients, name: str) -> Project:
    """Return the project of that name; one request.

    Raises NoSuchProjectError, and botocore's errors where AWS cannot be asked.
    """
    function = f"{name}-record"
    try:
        found = clients("lambda").get_function_configuration(FunctionName=function)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        where = clients("lambda").meta.region_name
        raise NoSuchProjectError(
            f"there is no project {name!r} in this account and {where} (no function {function}): "
            "correct --project, --region or the profile"
        ) from error
    _, _, _, region, account_id, *_ = found["FunctionArn"].split(":")
    environment = found["Environment"]["Variables"]
    return Project(name, region, account_id, environment["TABLE_NAME"], int(environment["LEASE_SECONDS"]))


def environment_of(clients: Clients, project: Project, function: str) -> dict[str, str]:
    """Return what one of the project's functions is told: its environment variables; one request."""
    found = clients("lambda").get_function_configuration(FunctionName=f"{project.name}-{function}")
    variables: dict[str, str] = found["Environment"]["Variables"]
    return variables


def copies_bucket(clients: Clients, project: Project) -> str:
    """Return the bucket that the enhanced copies lie in; one request."""
    return environment_of(clients, project, "enhance")["ENHANCED_BUCKET_NAME"]


def upload_bucket(clients: Clients, project: Project) -> str:
    """Return the bucket whose uploads start the pipeline, as the rule says that does so; one request."""
    pattern = clients("events").describe_rule(Name=f"{project.name}-upload")["EventPattern"]
    [bucket] = json.loads(pattern)["detail"]["bucket"]["name"]
    return str(bucket)
