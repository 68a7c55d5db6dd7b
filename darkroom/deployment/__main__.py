"""What deploy/*.sh ask: names, the inputs of their aws commands (`prepare`), and which alarms have to change."""

import argparse
import json
import shlex
import sys
from pathlib import Path

from darkroom.command_errors import CommandError, UsageError
from darkroom.deployment import compute_resources, monitoring, operator_policies, storage_resources
from darkroom.deployment.assignments import assignments
from darkroom.deployment.names import Names
from darkroom.deployment.settings import load
from darkroom.deployment.storage_resources import Documents
from functions.operate.differences import covers


def main() -> int:
    """Run a command; returns the exit status: 0, 1 for what failed, 2 for wrong settings."""
    parser = argparse.ArgumentParser(prog="deploy", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    names = commands.add_parser("names", help="print what things are called, as assignments for bash")
    prepare = commands.add_parser("prepare", help="write the inputs of the aws commands into a folder")
    for command in (names, prepare):
        command.add_argument("settings", type=Path)
        command.add_argument("--account-id", default="")
    prepare.add_argument("folder", type=Path)
    prepare.add_argument("--key-arn", default="")
    alarms = commands.add_parser("alarms", help="compare the alarms on standard input with those of a folder")
    alarms.add_argument("folder", type=Path)
    alarms.add_argument("former", nargs="*", help="names of alarms that should be gone")
    options = parser.parse_args()
    try:
        {"names": _print_names, "prepare": _prepare, "alarms": _compare_alarms}[options.command](options)
    except CommandError as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    return 0


def _print_names(options: argparse.Namespace) -> None:
    print(assignments(Names(load(options.settings), options.account_id)), end="")


def _prepare(options: argparse.Namespace) -> None:
    names = Names(load(options.settings), options.account_id, options.key_arn)
    # Without a key yet, everything is tried and only the key's own documents count.
    documents = _documents(names) | storage_resources.key_documents(names)
    for name, document in documents.items():
        path = options.folder / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, indent=2))
    keys = [shlex.quote(compute_resources.artifact(names, function)[0]) for function in names.functions]
    (options.folder / "names.sh").write_text(f"{assignments(names)}code_keys=({' '.join(keys)})\n")


def _compare_alarms(options: argparse.Namespace) -> None:
    found = {alarm["AlarmName"]: alarm for alarm in json.load(sys.stdin)["MetricAlarms"]}
    for path in sorted(options.folder.iterdir()):
        wanted, alarm = json.loads(path.read_text()), found.get(path.stem)
        # No answer of CloudWatch's names the tags, which are given once.
        del wanted["Tags"]
        verdict = "made" if alarm is None else "unchanged" if covers(wanted, alarm) else "changed"
        print(verdict, path.stem)
    for name in options.former:
        if name in found:
            print("gone", name)


def _documents(names: Names) -> Documents:
    found = storage_resources.table_documents(names) | storage_resources.topic_documents(names)
    for bucket in [*names.photo_buckets, names.artifacts_bucket]:
        sends_events = bucket == names.settings.raw_bucket_name
        found |= storage_resources.bucket_documents(names, bucket, sends_events=sends_events)
    for function in names.functions:
        found |= compute_resources.function_documents(names, function)
    for machine in names.machines:
        found |= compute_resources.machine_documents(names, machine)
    for rule in names.rules:
        found |= compute_resources.rule_documents(names, rule)
    found |= operator_policies.policy_documents(names)
    found |= monitoring.alarm_documents(names) | monitoring.query_documents(names)
    return found | monitoring.dashboard_documents(names)


if __name__ == "__main__":
    sys.exit(main())
