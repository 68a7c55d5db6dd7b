"""What the doctor compares a deployment with: the inputs of deploy.sh, as far as they say what must hold.

What a settings file may choose is left open, within what that file may say: the doctor has no such file.
"""

from __future__ import annotations

import json
from typing import Any

from darkroom.deployment.compute_resources import (
    VARIABLES,
    function_configuration,
    function_role_documents,
    log_documents,
    machine_documents,
    rule_documents,
)
from darkroom.deployment.monitoring import alarm_documents
from darkroom.deployment.names import Names
from darkroom.deployment.settings import RULES
from darkroom.deployment.storage_resources import (
    Documents,
    bucket_documents,
    key_documents,
    table_documents,
    topic_documents,
)
from functions.operate.differences import NOTHING, Allowed, Holding

SET = Allowed(lambda value: "is not set" if value in (NOTHING, None, 0, "") else "")
NOT_FAILED = Allowed(lambda value: "is Failed: the last update did not go through" if value == "Failed" else "")
OFF = Allowed(lambda value: "is on, so keys and messages stand in the log" if value is True else "")


def wanted_documents(names: Names) -> Documents:
    """Return what must hold, by the names of deploy.sh's inputs."""
    return {**_storage(names), **_functions(names), **_machines(names), **_rules(names), **_alarms(names)}


def _storage(names: Names) -> Documents:
    found: Documents = {"key/statements": {"Policy": _holding(key_documents(names)["key/policy"]["Policy"])}}
    for bucket in names.photo_buckets:
        aspects = bucket_documents(names, bucket, sends_events=False)
        policy, lifecycle = f"buckets/{bucket}/bucket-policy", f"buckets/{bucket}/bucket-lifecycle-configuration"
        aspects[policy]["Policy"] = _holding(aspects[policy]["Policy"])
        [tidy] = aspects[lifecycle]["LifecycleConfiguration"]["Rules"]
        tidy["NoncurrentVersionExpiration"] = {"NoncurrentDays": SET}
        aspects[lifecycle]["LifecycleConfiguration"]["Rules"] = Holding([tidy])
        found |= aspects
    table = table_documents(names)
    indexes = [{**index, "IndexStatus": "ACTIVE"} for index in table["table/create"]["GlobalSecondaryIndexes"]]
    found["table/state"] = {
        "TableStatus": "ACTIVE",
        "GlobalSecondaryIndexes": Holding(indexes),
        "SSEDescription": {"Status": "ENABLED", "KMSMasterKeyArn": names.key_arn},
        **table["table/recovery"],
        "TimeToLiveStatus": "DISABLED",
    }
    return found | {name: _with_open_policy(part) for name, part in topic_documents(names).items() if "attrib" in name}


def _functions(names: Names) -> Documents:
    found: Documents = {}
    for function in names.functions:
        configuration = function_configuration(names, function)
        variables = configuration["Environment"]["Variables"]
        variables |= {name: _variable(name) for name in VARIABLES if name in variables}
        # What a thing is called in lists is no matter of health.
        del configuration["Description"]
        configuration |= {"State": "Active", "LastUpdateStatus": NOT_FAILED}
        found |= function_role_documents(names, function)
        found |= _logs(log_documents(names, function, f"/aws/lambda/{names.of(function)}"))
        found[f"functions/{function}/configuration"] = configuration
    return found


def _machines(names: Names) -> Documents:
    found: Documents = {}
    for machine in names.machines:
        documents = machine_documents(names, machine)
        body = documents[f"machines/{machine}/body"]
        body["loggingConfiguration"]["includeExecutionData"] = OFF
        body["status"] = "ACTIVE"
        found |= {name: part for name, part in documents.items() if not name.startswith("logs/")}
        found |= _logs({name: part for name, part in documents.items() if name.startswith("logs/")})
    return found


def _rules(names: Names) -> Documents:
    found: Documents = {}
    for rule in names.rules:
        documents = rule_documents(names, rule)
        queue, [target] = f"queues/{rule}/attributes", documents[f"rules/{rule}/targets"]["Targets"]
        del target["Id"]
        del documents[f"rules/{rule}/body"]["Description"]
        found |= documents | {queue: _with_open_policy(documents[queue])}
    return found


def _alarms(names: Names) -> Documents:
    alarms = alarm_documents(names)
    return {name: {key: part for key, part in alarm.items() if key != "Tags"} for name, alarm in alarms.items()}


def _logs(documents: Documents) -> Documents:
    """Return a log group as AWS describes it, kept for any time but for ever."""
    return {
        name: {key: part for key, part in document.items() if key != "tags"} | {"retentionInDays": SET}
        for name, document in documents.items()
        if name.endswith("/create")
    }


def _with_open_policy(document: Any) -> Any:
    attributes = document["Attributes"]
    return {"Attributes": {**attributes, "Policy": _holding(attributes["Policy"])}}


def _holding(policy: str) -> Any:
    """Return a policy that must hold its statements and may hold others."""
    return {"Statement": Holding(json.loads(policy)["Statement"])}


def _variable(name: str) -> Allowed:
    holds, message = RULES[VARIABLES[name]]

    def fault(text: Any) -> str:
        if text is NOTHING:
            return "is not set"
        try:
            # A list has been read already, as every document in a text.
            value = json.loads(text) if isinstance(text, str) and name != "PRESET" else text
            # function.json may spell formats in lower case, a settings file may not.
            right = isinstance(value, list) if name == "RENDITIONS" else holds(value)
        except (ValueError, TypeError):
            right = False
        return "" if right else f"is {text!r} and {message.rstrip('.')}"

    return Allowed(fault)
