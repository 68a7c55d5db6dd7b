"""What the tests of the operator's commands share."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from darkroom.__main__ import main
from darkroom.local.embedded_aws import EmbeddedAws
from darkroom.local.safeguards import add_safeguards
from functions.operate.schemas import schema_of
from tests.workflow.operated import PROJECT, Command, Said, flags
from verification.harness.deployed import deployed_harness
from verification.harness.event_recorder import EventRecorder
from verification.harness.harness import Harness


@pytest.fixture(scope="session")
def operated(embedded_aws: EmbeddedAws, host_zips: dict[str, Path], event_recorder: EventRecorder) -> Harness:
    """Return a deployment of its own, as it is in an account: these tests count what is in its table."""
    harness = deployed_harness(embedded_aws, host_zips, event_recorder, project=PROJECT)
    operations = add_safeguards(embedded_aws, harness.deployment)
    embedded_aws.client("sns").subscribe(TopicArn=operations, Protocol="email", Endpoint="operator@example.com")
    return harness


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the command credentials, and a terminal of a fixed width."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "operator")
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def clean_table(operated: Harness) -> None:
    """Take all records out."""
    client, table = operated.aws.client("dynamodb"), operated.deployment.table
    for page in client.get_paginator("scan").paginate(TableName=table, ProjectionExpression="ImageId"):
        for item in page["Items"]:
            client.delete_item(TableName=table, Key=item)


@pytest.fixture
def darkroom(operated: Harness, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that calls the command on the deployment; JSON is checked against its schema."""
    where = flags(operated.aws)

    def call(command: str, *arguments: str) -> Said:
        capsys.readouterr()
        status = main([command, *arguments, *where])
        said = Said(status, *capsys.readouterr())
        if "--json" in arguments and said.out:
            printed = f"{command}-{arguments[0]}" if command == "backfill" else command
            Draft202012Validator(schema_of(printed)).validate(said.document)
        return said

    return call
