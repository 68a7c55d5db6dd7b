"""deploy.sh and destroy.sh against a scripted double of `aws`: what passes is waited for, what fails is never missed.

The double (aws_double.sh) answers in AWS's documented words; `sleep` only notes how long.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.definitions import FUNCTIONS, ROOT
from tests.waiting import PROGRAM_LIMIT_SECONDS

DOUBLE = Path(__file__).with_name("aws_double.sh")
ACCOUNT = "111122223333"
KEY = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/k"
# What each service answers, in its own words: what passes by itself, and what does not.
REFUSALS: dict[str, list[dict[str, str]]] = json.loads(Path(__file__).with_name("refusals.json").read_text())


def command(refusal: dict[str, str]) -> str:
    """Return what was refused as the aws command spells it: PutKeyPolicy is put-key-policy."""
    return f"{refusal['service']} {re.sub('(?<!^)(?=[A-Z])', '-', refusal['operation']).lower()}"


def said(refusal: dict[str, str]) -> str:
    """Return what the aws command says of it."""
    return "An error occurred ({code}) when calling the {operation} operation: {message}".format(**refusal)


@dataclass(frozen=True)
class Account:
    """An account that answers as it is scripted to, and the scripts that are run in it."""

    folder: Path

    def __post_init__(self) -> None:
        commands = self.folder / "commands"
        commands.mkdir()
        (commands / "aws").symlink_to(DOUBLE)
        (commands / "sleep").write_text(f'#!/bin/sh\necho "$1" >>{self.folder}/slept\n')
        (commands / "sleep").chmod(0o755)
        for function in FUNCTIONS:
            (self.folder / f"{function}.zip").write_bytes(function.encode())
        settings = {
            "region": "eu-central-1",
            "project_name": "gallery",
            "raw_bucket_name": "gallery-uploads",
            "zip_folder": str(self.folder),
            "force_destroy_bucket": True,
        }
        (self.folder / "settings.json").write_text(json.dumps(settings))
        self.answers("sts.get-caller-identity", always=ACCOUNT)
        self.answers("kms.create-key", always=KEY)
        self.answers("cloudwatch.describe-alarms", always='{"MetricAlarms": []}')

    def answers(self, operation: str, *once: str, always: str | None = None, status: int = 0) -> None:
        """Script the next answers to an operation, and the one to all calls after those."""
        queue = self.folder / "answers" / operation
        queue.mkdir(parents=True, exist_ok=True)
        first = len(list(queue.iterdir()))
        for number, text in enumerate(once, first):
            (queue / f"{number:03}").write_text(f"{status}\n{text}\n")
        if always is not None:
            path = self.folder / "always" / operation
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"{status}\n{always}\n")

    def refuses(self, refusal: dict[str, str]) -> None:
        """Script a refusal."""
        self.answers(command(refusal).replace(" ", "."), said(refusal), status=254)

    def everything_is_there(self) -> None:
        """Have questions find what they ask about."""
        (self.folder / "found").touch()

    def bash(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run lines that may use lib.sh."""
        return self._run(["bash", "-c", f'. "{ROOT}/deploy/lib.sh"\nregion=eu-central-1\n{script}'])

    def deploy(self) -> subprocess.CompletedProcess[str]:
        return self._run([str(ROOT / "deploy" / "deploy.sh"), "settings.json"])

    def destroy(self, *options: str) -> subprocess.CompletedProcess[str]:
        return self._run([str(ROOT / "deploy" / "destroy.sh"), "settings.json", "--yes", *options])

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        path = f"{self.folder / 'commands'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = {"PATH": path, "DOUBLE": str(self.folder)}
        return subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PROGRAM_LIMIT_SECONDS,
            check=False,
        )

    def calls(self, beginning: str = "") -> list[str]:
        """Return the calls so far that begin so, in their order."""
        path = self.folder / "calls"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line for line in lines if line.startswith(beginning)]

    def slept(self) -> list[int]:
        """Return the seconds of each wait."""
        path = self.folder / "slept"
        return [int(line) for line in path.read_text().split()] if path.exists() else []


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path)


@pytest.mark.parametrize("change", [str, str.lower, str.upper], ids=["as documented", "lower case", "upper case"])
@pytest.mark.parametrize("refusal", REFUSALS["passing"], ids=lambda refusal: f"{command(refusal)} {refusal['code']}")
def test_what_passes_is_tried_again(account: Account, refusal: dict[str, str], change: Callable[[str], str]) -> None:
    name, answer = command(refusal), said(refusal)
    account.answers(name.replace(" ", "."), change(answer), change(answer), status=254)
    done = account.bash(f"patiently {name} --name x")
    assert done.returncode == 0, done.stderr
    assert len(account.calls(name)) == 3
    assert account.slept() == [1, 2]


@pytest.mark.parametrize("refusal", REFUSALS["lasting"], ids=lambda refusal: f"{command(refusal)} {refusal['code']}")
def test_what_does_not_pass_ends_it_at_once(account: Account, refusal: dict[str, str]) -> None:
    account.refuses(refusal)
    done = account.bash(f"patiently {command(refusal)} --name x")
    assert (done.returncode, account.slept()) == (1, [])
    assert refusal["message"] in done.stderr


def test_waiting_ends_and_lasts_longer_than_the_longest_documented_wait(account: Account) -> None:
    account.answers("sqs.create-queue", always="An error occurred (QueueDeletedRecently)", status=254)
    done = account.bash("patiently sqs create-queue --queue-name q")
    assert done.returncode == 1
    assert "QueueDeletedRecently" in done.stderr
    assert 60 + 30 < sum(account.slept()) < 180


def test_a_refusal_that_only_mentions_something_missing_is_not_taken_for_an_absence(account: Account) -> None:
    account.answers(
        "iam.get-role", "An error occurred (AccessDenied): the NotFoundRole may not call GetRole", status=254
    )
    assert account.bash("look iam get-role --role-name r").returncode == 1


def test_an_answer_that_cannot_be_compared_is_not_taken_for_a_difference(account: Account) -> None:
    (account.folder / "wanted.json").write_text("{}")
    account.answers("iam.get-role", "no JSON")
    done = account.bash('keep "role r" wanted.json "iam get-role" "iam update-role"')
    assert done.returncode == 1
    assert account.calls("iam update-role") == []


def test_all_that_run_together_end_before_a_failure_does(account: Account) -> None:
    one = 'one() { [ "$1" != bad ] || return 1; /bin/sleep 0.5; echo "done $1"; }'
    done = account.bash(f"trap 'echo ended' EXIT\n{one}\ntogether one bad a b")
    assert done.returncode == 1
    *others, end = done.stdout.splitlines()
    assert (sorted(others), end) == (["done a", "done b"], "ended")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Account, subprocess.CompletedProcess[str]]:
    """Deploy to a new account, in which each service needs a while to know what was just made."""
    account = Account(tmp_path_factory.mktemp("first"))
    for refusal in REFUSALS["passing"]:
        account.refuses(refusal)
    # Of a deployment that was just destroyed.
    account.answers("stepfunctions.describe-state-machine", "DELETING", "DELETING", "DELETING")
    account.answers("dynamodb.describe-table", "DELETING")
    partly = [{"TargetId": "pipeline", "ErrorCode": "ConcurrentModificationException", "ErrorMessage": "Try again"}]
    account.answers("events.put-targets", json.dumps(partly), json.dumps(partly))
    return account, account.deploy()


def test_a_first_deployment_waits_for_everything(first: tuple[Account, subprocess.CompletedProcess[str]]) -> None:
    account, done = first
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("Done.")
    calls = account.calls()
    counts = {name: len(account.calls(name)) for name in {" ".join(call.split()[:2]) for call in calls}}
    assert counts["lambda create-function"] == len(FUNCTIONS) + 1
    # Two refusals about roles, one about the machine of that name.
    assert counts["stepfunctions create-state-machine"] == 3 + 3
    # One refusal, two answers of which the exit status is 0.
    assert counts["events put-targets"] == 2 + 3
    assert counts["kms create-alias"] == 2


def test_nothing_is_made_while_another_of_its_name_is_being_deleted(
    first: tuple[Account, subprocess.CompletedProcess[str]],
) -> None:
    account, done = first
    assert "which is DELETING" in done.stderr
    calls = account.calls("dynamodb")
    made = next(number for number, call in enumerate(calls) if call.startswith("dynamodb create-table"))
    # DELETING, nothing of that name, and the question before it is made.
    assert len(calls[:made]) == 3
    # Three answers DELETING, one null for each machine, and one more for each before it is made.
    assert len(account.calls("stepfunctions describe-state-machine")) == 3 + 3 + 3


def test_a_target_that_is_never_accepted_ends_it(account: Account) -> None:
    entry = {"TargetId": "pipeline", "ErrorCode": "InvalidTarget", "ErrorMessage": "no such machine"}
    account.answers("events.put-targets", always=json.dumps([entry]))
    done = account.deploy()
    assert done.returncode == 1
    assert "events put-targets did only a part" in done.stderr
    assert "no such machine" in done.stderr
    assert "Done." not in done.stdout


def test_a_dashboard_with_complaints_ends_it(account: Account) -> None:
    account.answers("cloudwatch.put-dashboard", '[{"DataPath": "/widgets/0", "Message": "no such metric"}]')
    done = account.deploy()
    assert done.returncode == 1
    assert "no such metric" in done.stderr


def test_alarms_that_cannot_be_compared_end_it(account: Account) -> None:
    account.answers("cloudwatch.describe-alarms", "no JSON")
    done = account.deploy()
    assert done.returncode != 0
    assert "JSONDecodeError" in done.stderr
    assert account.calls("cloudwatch put") == []
    assert "Done." not in done.stdout


@pytest.mark.parametrize("project", ["gallery", "gallery-other"])
def test_an_alarm_of_an_earlier_version_is_deleted(account: Account, project: str) -> None:
    former = f"{project}-pipeline-executions-failed"
    account.answers("cloudwatch.describe-alarms", json.dumps({"MetricAlarms": [{"AlarmName": former}]}))
    done = account.deploy()
    # The answer is by prefix: an alarm of another project whose name begins alike is left alone.
    deleted = [f"cloudwatch delete-alarms --alarm-names {former}"] if project == "gallery" else []
    assert account.calls("cloudwatch delete") == deleted
    assert (f"alarm {former}" in done.stdout) is bool(deleted)


def test_a_key_that_waits_for_its_deletion_is_not_used(account: Account) -> None:
    account.answers("kms.describe-key", f"{KEY}\tPendingDeletion")
    done = account.deploy()
    assert done.returncode == 1
    assert "cancel-key-deletion" in done.stderr
    assert account.calls("s3api") == []


def test_an_upgrade_replaces_the_former_policy_of_every_role(account: Account) -> None:
    account.answers("iam.get-role-policy", always='"what-it-needs"')
    done = account.bash("drop_former_policy gallery-eu-central-1-record")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["gone", "role", "gallery-eu-central-1-record:", "policy", "what-it-needs"]
    assert account.calls("iam delete-role-policy") == [
        "iam delete-role-policy --role-name gallery-eu-central-1-record --policy-name what-it-needs"
    ]


def listing(count: int) -> str:
    keys = [{"Key": f"{number}.jpg", "VersionId": "v"} for number in range(count)]
    return json.dumps({"Quiet": True, "Objects": keys}, indent=1)


@pytest.fixture(scope="module")
def last(tmp_path_factory: pytest.TempPathFactory) -> tuple[Account, subprocess.CompletedProcess[str]]:
    """Destroy a deployment whose machines take their time, whose roles have both policies, and that holds photos."""
    account = Account(tmp_path_factory.mktemp("last"))
    account.everything_is_there()
    there, going = "{}", "DELETING"
    account.answers("stepfunctions.describe-state-machine", *[there] * 3, "ACTIVE", *[going] * 6)
    gone = "An error occurred (StateMachineDoesNotExist) when calling the DescribeStateMachine operation: gone"
    account.answers("stepfunctions.describe-state-machine", always=gone, status=254)
    for refusal in REFUSALS["passing"]:
        if refusal["operation"].startswith("Delete"):
            account.refuses(refusal)
    account.answers("events.remove-targets", always="[]")
    once_more = [{"Key": "7.jpg", "Code": "InternalError", "Message": "We encountered an internal error."}]
    account.answers("s3api.delete-objects", json.dumps(once_more), always="null")
    # Of the artifacts bucket, which is emptied first: is there anything, what is it; and no more after that.
    account.answers("s3api.list-object-versions", '"0.jpg"', listing(1000), '"0.jpg"', listing(3), always="null")
    return account, account.destroy()


def test_destroy_waits_until_the_machines_are_gone(last: tuple[Account, subprocess.CompletedProcess[str]]) -> None:
    account, done = last
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "Done."
    calls = account.calls()
    gone = [number for number, call in enumerate(calls) if call.startswith("stepfunctions describe-state-machine")]
    first_function = next(number for number, call in enumerate(calls) if call.startswith("lambda delete-function"))
    assert len(gone) == 3 + 7 + 3
    assert gone[-1] < first_function


def test_destroy_takes_both_policies_away_before_the_role(
    last: tuple[Account, subprocess.CompletedProcess[str]],
) -> None:
    account, _ = last
    for role in ("validate", "pipeline", "upload-rule"):
        name = f"gallery-eu-central-1-{role}"
        deleted = [call for call in account.calls("iam delete") if f"--role-name {name}" in call]
        policies = [
            f"iam delete-role-policy --role-name {name} --policy-name {p}" for p in ("least-privilege", "what-it-needs")
        ]
        assert deleted[:3] == [*policies, f"iam delete-role --role-name {name}"]


def test_destroy_empties_a_bucket_a_thousand_keys_at_a_time(
    last: tuple[Account, subprocess.CompletedProcess[str]],
) -> None:
    account, _ = last
    # One more for the answer that names a key which stayed.
    assert (account.folder / "deleted").read_text().split() == ["1000", "1000", "3"]
    listings = account.calls("s3api list-object-versions")
    assert listings
    assert all("--no-paginate --max-keys" in call and "--max-items" not in call for call in listings)


def test_an_object_that_stays_ends_destroy(account: Account) -> None:
    account.everything_is_there()
    account.answers("stepfunctions.describe-state-machine", always="null")
    account.answers("events.remove-targets", always="[]")
    refused = [{"Key": "7.jpg", "Code": "AccessDenied", "Message": "Access Denied"}]
    account.answers("s3api.delete-objects", always=json.dumps(refused))
    account.answers("s3api.list-object-versions", '"7.jpg"', listing(1))
    done = account.destroy()
    assert done.returncode == 1
    assert '"Key": "7.jpg"' in done.stderr
    assert account.calls("s3api delete-bucket") == []
    assert "Done." not in done.stdout
