"""What works: roles, log groups, functions, state machines, rules with their queues; as inputs of aws commands."""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from darkroom.command_errors import CommandError
from darkroom.deployment.documents import document, policy, tag_list, tags
from darkroom.deployment.names import Names
from darkroom.deployment.settings import SettingsError
from darkroom.deployment.storage_resources import Documents
from darkroom.packaging.placeholders import render_file, render_mapping
from darkroom.packaging.repository import DOCUMENTS, function_definition, policy_file

# The settings that become variables of functions, by the variable.
VARIABLES = {
    "STRENGTH": "strength",
    "PRESET": "preset",
    "RENDITIONS": "renditions",
    "MAX_BYTES": "max_bytes",
    "MAX_PIXELS": "max_pixels",
    "MAX_FRAMES": "max_frames",
}
CALLS = re.compile(r"\$\{([a-z_]+)_function_arn\}")


class ZipMissingError(CommandError):
    """A function's zip has not been built."""


def function_documents(names: Names, function: str) -> Documents:
    """Return a function's role, log group, configuration and code. Raises ZipMissingError, SettingsError."""
    key, code_hash = artifact(names, function)
    name, architectures = names.of(function), [function_definition(function).architecture]
    code = {"S3Bucket": names.artifacts_bucket, "S3Key": key}
    configuration = function_configuration(names, function)
    making = {"FunctionName": name, "Code": code, "Architectures": architectures, "Tags": tags(names)}
    return {
        **function_role_documents(names, function),
        **log_documents(names, function, f"/aws/lambda/{name}"),
        f"functions/{function}/create": {**making, **configuration},
        f"functions/{function}/configuration": configuration,
        f"functions/{function}/code": {"CodeSha256": code_hash, "Architectures": architectures},
        f"functions/{function}/new-code": {**code, "Architectures": architectures},
    }


def function_configuration(names: Names, function: str) -> dict[str, Any]:
    """Return what a function is told, but for its code. Raises SettingsError."""
    definition = function_definition(function)
    return {
        "Role": names.role_arn(function),
        "Handler": definition.handler,
        "Description": definition.description,
        "Timeout": definition.timeout_seconds,
        "MemorySize": definition.memory_mb,
        "Environment": {"Variables": environment(names, function)},
        "Runtime": definition.runtime,
        "TracingConfig": {"Mode": "Active"},
    }


def function_role_documents(names: Names, function: str) -> Documents:
    """Return a function's role, with what functions/<function>/policy.json lets it do."""
    permissions = render_file(policy_file(function), names.values)
    return role_documents(names, function, policy(names, "function-trust"), json.loads(permissions))


def artifact(names: Names, function: str) -> tuple[str, str]:
    """Return the key of a room's zip in the artifacts bucket, and the zip's hash as Lambda states it."""
    path = zip_file(names, function)
    if not path.is_file():
        raise ZipMissingError(f'There is no {path}: run "make build" first.')
    digest = hashlib.sha256(path.read_bytes())
    return f"{function}/{digest.hexdigest()}.zip", base64.b64encode(digest.digest()).decode()


def zip_file(names: Names, function: str) -> Path:
    """Return where a room's zip should be."""
    return names.zip_folder / f"{function}.zip"


def environment(names: Names, function: str) -> dict[str, str]:
    """Return a function's variables: function.json's, changed by the settings."""
    settings = overrides(names)
    known = {name for other in names.functions for name in function_definition(other).environment}
    if unknown := sorted(settings.keys() - known):
        raise SettingsError(
            f"No functions/*/function.json has {', '.join(unknown)}: "
            "this version of Darkroom does not know that setting, leave it out."
        )
    texts = render_mapping(function_definition(function).environment, names.values, source=f"{function}/function.json")
    return {name: settings.get(name, text) for name, text in texts.items()}


def overrides(names: Names) -> dict[str, str]:
    """Return what the settings say, in the words of function.json."""
    given = {variable: getattr(names.settings, setting) for variable, setting in VARIABLES.items()}
    return {variable: _text(value) for variable, value in given.items() if value is not None}


def _text(value: Any) -> str:
    # A list has one form, so that a second deployment finds it unchanged.
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, separators=(",", ":"))


def machine_documents(names: Names, machine: str) -> Documents:
    """Return a state machine's role, log group and definition."""
    path, group = names.machines[machine], f"/aws/vendedlogs/states/{names.of(machine)}"
    permissions = document(names, "machine-policy")
    permissions["Statement"] = [*_own_statements(names, machine), *permissions["Statement"]]
    log = {"cloudWatchLogsLogGroup": {"logGroupArn": f"{names.arn('logs', f'log-group:{group}')}:*"}}
    body = {
        "definition": render_file(path, names.values),
        "roleArn": names.role_arn(machine),
        "loggingConfiguration": {"level": "ERROR", "includeExecutionData": False, "destinations": [log]},
        "tracingConfiguration": {"enabled": True},
    }
    making = {"name": names.of(machine), "type": "STANDARD", "tags": tag_list(names, "key", "value")}
    return {
        **role_documents(names, machine, policy(names, "machine-trust"), permissions),
        **log_documents(names, machine, group),
        f"machines/{machine}/create": {**making, **body},
        f"machines/{machine}/body": body,
    }


def _own_statements(names: Names, machine: str) -> list[dict[str, Any]]:
    """Return what one machine may do: call the functions that its definition names, and what its own document says."""
    text, own = names.machines[machine].read_text(), f"{machine}-machine-policy"
    called = sorted(names.values[f"{function}_function_arn"] for function in set(CALLS.findall(text)))
    call = {"Sid": "CallItsFunctions", "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": called}
    more = document(names, own)["Statement"] if (DOCUMENTS / f"{own}.json").is_file() else []
    return [*([call] if called else []), *more]


def rule_documents(names: Names, rule: str) -> Documents:
    """Return a rule, its role, its target and its dead-letter queue."""
    machine = names.started_by(rule)
    queue = names.of(f"{rule}-undelivered")
    queue_arn, rule_arn = names.arn("sqs", queue), names.arn("events", f"rule/{names.of(rule)}")
    attributes = {
        "MessageRetentionPeriod": "1209600",
        "MaximumMessageSize": "262144",
        "KmsMasterKeyId": names.key_arn,
        "Policy": policy(names, "queue-policy", own_arn=queue_arn, rule_arn=rule_arn),
    }
    target = {
        "Id": machine,
        "Arn": names.machine_arn(machine),
        "RoleArn": names.role_arn(f"{rule}-rule"),
        "DeadLetterConfig": {"Arn": queue_arn},
        "RetryPolicy": {"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 86400},
    }
    body = {
        "EventPattern": render_file(names.rules[rule], names.values),
        "Description": f"Starts {names.of(machine)}",
    }
    permissions = document(names, "rule-policy", target_arn=names.machine_arn(machine))
    return {
        **role_documents(names, f"{rule}-rule", policy(names, "rule-trust"), permissions),
        f"rules/{rule}/create": {"Name": names.of(rule), "Tags": tag_list(names), **body},
        f"rules/{rule}/body": body,
        f"rules/{rule}/targets": {"Targets": [target]},
        f"queues/{rule}/create": {"QueueName": queue, "Attributes": attributes, "tags": tags(names)},
        f"queues/{rule}/attributes": {"Attributes": attributes},
    }


def role_documents(names: Names, role: str, trust: str, permissions: Any) -> Documents:
    """Return how a role is made, who may assume it, and what it may do."""
    boundary = names.settings.permissions_boundary_arn
    bounded = {"PermissionsBoundary": boundary} if boundary else {}
    create = {
        "RoleName": f"{names.global_name}-{role}",
        "AssumeRolePolicyDocument": trust,
        "Tags": tag_list(names),
        **bounded,
    }
    return {
        f"roles/{role}/create": create,
        f"roles/{role}/boundary": bounded,
        f"roles/{role}/trust": {"PolicyDocument": trust},
        f"roles/{role}/policy": {"PolicyDocument": json.dumps(permissions)},
    }


def log_documents(names: Names, name: str, group: str) -> Documents:
    """Return how a log group is made, and how long it keeps."""
    create = {"logGroupName": group, "kmsKeyId": names.key_arn, "tags": tags(names)}
    retention = {"retentionInDays": names.settings.log_retention_days}
    return {f"logs/{name}/create": create, f"logs/{name}/retention": retention}
