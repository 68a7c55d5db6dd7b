"""Darkroom as Terraform and as deploy.sh make it, each once for all tests."""

import json
import os
import re
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest

from darkroom.local.deploy import Deployment
from darkroom.local.embedded_aws import EmbeddedAws
from tests.definitions import FUNCTIONS, ROOT
from tests.deployment.inventory import Facts, Inventory
from tests.deployment.scripts import Scripts, warm_aws
from tests.deployment.terraform import Terraform, missing, working_copy
from verification.harness.deployed import harness_over
from verification.harness.event_recorder import EventRecorder
from verification.harness.harness import Harness

README_LINES = re.findall(r"^terraform .*$", (ROOT / "README.md").read_text(), re.MULTILINE)
# Tells the scripts' calls from all others.
SCRIPTS_KEY = "scripts"
PLANS: dict[str, Any] = {
    "region": "us-east-1",
    "email_subscription": "ada@example.com",
    "sms_subscription": "+15555550100",
    "alarm_email": "ops@example.com",
    "max_pixels": 50_000_000,
    "web_origins": ["https://photos.example.com", "http://localhost:3000"],
    "noncurrent_version_days": 7,
    "log_retention_days": 14,
    "force_destroy_bucket": True,
    "operator_policy": True,
    "tags": {"team": "photos"},
}


def settings(project: str, zips: dict[str, Path]) -> dict[str, Any]:
    """Return what both ways are told, but for the names."""
    folder = str(zips["validate"].parent)
    return {**PLANS, "project_name": project, "raw_bucket_name": f"{project}-uploads", "zip_folder": folder}


@dataclass(frozen=True)
class Deployed:
    """What one of the ways has made: how it looked when fresh, and the way to use it."""

    inventory: Inventory
    fresh: Facts
    harness: Harness


def deployed(recorder: EventRecorder, project: str, queue_url: str) -> Deployed:
    """Look at a deployment that is there."""
    aws = recorder.aws
    where = f"{aws.region}:{aws.account_id}"
    bucket = f"{project}-uploads"
    arns = {machine: f"arn:aws:states:{where}:stateMachine:{project}-{machine}" for machine in ("pipeline", "backstop")}
    found: dict[str, Any] = {
        "project": project,
        "bucket": bucket,
        "table": f"{project}-images",
        "topic_arn": f"arn:aws:sns:{where}:{project}-results",
        "state_machine_arn": arns["pipeline"],
        "backstop_arn": arns["backstop"],
        "rule_name": f"{project}-upload",
        "backstop_rule_name": f"{project}-backstop",
        "dead_letter_queue_url": queue_url,
        "backstop_dead_letter_queue_url": queue_url.replace("-upload-", "-backstop-"),
        "functions": {function: f"arn:aws:lambda:{where}:function:{project}-{function}" for function in FUNCTIONS},
    }
    # Without a backstop in statemachine/, its names have no place.
    names = Deployment(**{item.name: found[item.name] for item in fields(Deployment)})
    inventory = Inventory(aws, project, (bucket,))
    return Deployed(inventory, inventory.read(), harness_over(aws, names, recorder))


@pytest.fixture(scope="session")
def operator(embedded_aws: EmbeddedAws) -> dict[str, str]:
    """Return the environment of whoever deploys."""
    return {
        "AWS_ENDPOINT_URL": embedded_aws.endpoint_url,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": embedded_aws.region,
        # The name that version 1 of the aws command knows.
        "AWS_DEFAULT_REGION": embedded_aws.region,
    }


@pytest.fixture(scope="session")
def applying(
    tmp_path_factory: pytest.TempPathFactory, operator: dict[str, str], host_zips: dict[str, Path]
) -> Iterator[Future[Terraform] | None]:
    """Begin terraform init and apply, which wait more than they work; None where there is no terraform."""
    if missing():
        yield None
        return
    copy = working_copy(tmp_path_factory.mktemp("terraform"), operator)
    (copy.root / "settings.json").write_text(json.dumps(settings("terraformed", host_zips)))
    with ThreadPoolExecutor(max_workers=1) as pool:
        yield pool.submit(apply, copy)


def apply(copy: Terraform) -> Terraform:
    """Bring a working copy to life, as the README says."""
    for line in README_LINES:
        copy.type(line)
    return copy


@pytest.fixture(scope="session")
def terraform(applying: Future[Terraform] | None) -> Terraform:
    """Return the working copy that has been applied."""
    if applying is None:
        pytest.skip(missing())
    try:
        return applying.result()
    except AssertionError as error:
        if "Failed to query available provider packages" in str(error):
            pytest.skip("Neither the registry of Terraform's providers nor a mirror (TF_PLUGIN_DIR) can be reached")
        raise


@pytest.fixture(scope="session")
def terraformed(terraform: Terraform, event_recorder: EventRecorder) -> Deployed:
    """Return what terraform apply made."""
    return deployed(event_recorder, "terraformed", terraform.outputs()["dead_letter_queue_urls"]["upload"])


@pytest.fixture(scope="session")
def scripts(
    tmp_path_factory: pytest.TempPathFactory, operator: dict[str, str], host_zips: dict[str, Path]
) -> Iterator[Scripts]:
    """Return the scripts, told what to deploy."""
    folder = tmp_path_factory.mktemp("scripts")
    file = folder / "settings.json"
    file.write_text(json.dumps(settings("scripted", host_zips)))
    with warm_aws(folder) as commands:
        path = os.pathsep.join([str(commands), str(Path(sys.executable).parent), os.environ["PATH"]])
        yield Scripts(file, {**operator, "AWS_ACCESS_KEY_ID": SCRIPTS_KEY, "PATH": path})


@pytest.fixture(scope="session")
def scripted(scripts: Scripts, event_recorder: EventRecorder, applying: Future[Terraform] | None) -> Deployed:
    """Return what deploy.sh made, while terraform applies."""
    scripts.deploy()
    url = event_recorder.aws.client("sqs").get_queue_url(QueueName="scripted-upload-undelivered")["QueueUrl"]
    return deployed(event_recorder, "scripted", url)
