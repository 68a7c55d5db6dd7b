"""The documents that deploy.sh sends, and how it compares them with what AWS answers."""

import json
from pathlib import Path
from typing import Any

import hcl2
import pytest

from darkroom.deployment.compute_resources import (
    ZipMissingError,
    artifact,
    environment,
    function_documents,
    machine_documents,
)
from darkroom.deployment.names import Names
from darkroom.deployment.settings import Settings, SettingsError
from darkroom.deployment.storage_resources import bucket_documents
from functions.operate.differences import covers
from tests.definitions import ROOT


def names(**settings: Any) -> Names:
    given = {"region": "eu-central-1", "project_name": "gallery", "raw_bucket_name": "gallery-uploads", **settings}
    return Names(Settings(**given), "111122223333", "arn:aws:kms:eu-central-1:111122223333:key/k")


def terraform_resources(name: str, kind: str) -> list[Any]:
    blocks = hcl2.loads((ROOT / "terraform" / name).read_text())["resource"]
    kinds = [(found.strip('"'), bodies) for block in blocks for found, bodies in block.items()]
    return [body for found, bodies in kinds if found == kind for body in bodies.values()]


@pytest.mark.parametrize(
    ("wanted", "found", "same"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": 1}, {}, False),
        ({"a": '{"x": 1, "y": 2}'}, {"a": '{"y":2,"x":1}'}, True),
        ({"a": '{"x": 1}'}, {"a": {"x": 1}}, True),
        ({"a": [1, 2]}, {"a": [2, 1]}, True),
        ({"a": [1]}, {"a": [1, 2]}, False),
        ({"a": [{"k": 1}]}, {"a": [{"k": 1, "more": 2}]}, True),
        ({"a": "[not json"}, {"a": "[not json"}, True),
        ({"a": {"b": True}}, {"a": None}, False),
    ],
)
def test_an_answer_covers_what_is_wanted(wanted: Any, found: Any, same: bool) -> None:
    assert covers(wanted, found) is same


def test_a_setting_that_no_function_knows_is_refused() -> None:
    unknown = names(max_pixels=5)
    assert environment(unknown, "validate")["MAX_PIXELS"] == "5"
    assert "MAX_PIXELS" not in environment(unknown, "record")


def test_a_setting_of_another_version_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("darkroom.deployment.compute_resources.overrides", lambda _: {"SEPIA": "1"})
    with pytest.raises(SettingsError, match="SEPIA"):
        environment(names(), "enhance")


def test_a_zip_that_is_not_built_is_named(tmp_path: Path) -> None:
    with pytest.raises(ZipMissingError, match="make build"):
        artifact(names(zip_folder=str(tmp_path)), "record")


def test_a_machine_may_call_the_functions_of_its_definition_alone() -> None:
    document = json.loads(machine_documents(names(), "pipeline")["roles/pipeline/policy"]["PolicyDocument"])
    functions = ("enhance", "notify", "record", "validate")
    called = [f"arn:aws:lambda:eu-central-1:111122223333:function:gallery-{function}" for function in functions]
    assert [s["Resource"] for s in document["Statement"] if s["Action"] == "lambda:InvokeFunction"] == [called]


def test_both_ways_let_lambda_and_step_functions_trace(tmp_path: Path) -> None:
    (tmp_path / "record.zip").touch()
    documents = function_documents(names(zip_folder=str(tmp_path)), "record")
    assert documents["functions/record/configuration"]["TracingConfig"] == {"Mode": "Active"}
    assert machine_documents(names(), "pipeline")["machines/pipeline/body"]["tracingConfiguration"] == {"enabled": True}
    [function] = terraform_resources("modules/function/main.tf", "aws_lambda_function")
    [machine] = terraform_resources("workflow.tf", "aws_sfn_state_machine")
    assert (function["tracing_config"][0]["mode"], machine["tracing_configuration"][0]["enabled"]) == ('"Active"', True)


def test_a_bucket_is_told_its_region_except_in_the_first() -> None:
    def made(region: str) -> Any:
        return bucket_documents(names(region=region), "b", sends_events=False)["buckets/b/create"]

    assert made("eu-central-1")["CreateBucketConfiguration"] == {"LocationConstraint": "eu-central-1"}
    assert "CreateBucketConfiguration" not in made("us-east-1")


@pytest.mark.parametrize("name", ["events.tf", "workflow.tf", "modules/function/main.tf"])
def test_terraform_puts_a_renamed_policy_before_it_takes_the_old_one_away(name: str) -> None:
    policies = terraform_resources(name, "aws_iam_role_policy")
    assert [policy["name"].strip('"') for policy in policies] == ["least-privilege"]
    assert policies[0]["lifecycle"][0]["create_before_destroy"] is True
