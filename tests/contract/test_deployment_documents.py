"""deploy/documents, which both ways to an account send: metrics that exist, and policies that admit whom they must."""

import ast
import json
import re
from typing import Any

import pytest

from darkroom.deployment.compute_resources import environment, role_documents
from darkroom.deployment.documents import document
from darkroom.deployment.monitoring import alarm_documents, dashboard_documents, query_documents
from darkroom.deployment.names import Names
from darkroom.deployment.settings import Settings
from darkroom.deployment.storage_resources import bucket_documents
from functions.shared.alarm_metrics import count_failed, counting_expected_errors
from functions.shared.errors import Fault
from functions.shared.output_keys import rendition_keys
from tests.definitions import FUNCTIONS, ROOT, printed_metrics

METRICS: dict[str, Any] = json.loads((ROOT / "tests" / "contract" / "metrics.json").read_text())
NAMES = Names(
    Settings("eu-central-1", "gallery", "gallery-uploads"),
    "111122223333",
    "arn:aws:kms:eu-central-1:111122223333:key/k",
)
ALARMS = {alarm["AlarmName"]: alarm for alarm in alarm_documents(NAMES).values()}
RUNBOOK = ROOT / "docs" / "runbook.md"


def metrics_of(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the metrics that an alarm watches: its own, or those of its expression."""
    queries = [query for query in alarm.get("Metrics", []) if "MetricStat" in query]
    return [query["MetricStat"]["Metric"] for query in queries] or [alarm]


def assert_exists(namespace: str, metric: str, dimensions: set[str]) -> None:
    """Check against the list of what the service really measures."""
    # The functions' own metrics lie in a namespace of the deployment.
    namespace = namespace.removesuffix("/gallery")
    assert metric in METRICS[namespace]["metrics"]
    assert dimensions in [set(known) for known in METRICS[namespace]["dimensions"]]


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_watches_a_metric_that_exists(name: str) -> None:
    for metric in metrics_of(ALARMS[name]):
        assert_exists(metric["Namespace"], metric["MetricName"], {item["Name"] for item in metric["Dimensions"]})
        assert all("${" not in item["Value"] and item["Value"] for item in metric["Dimensions"])


@pytest.mark.parametrize("name", [name for name, alarm in ALARMS.items() if "Metrics" in alarm])
def test_an_expression_names_the_metrics_of_its_alarm_and_is_what_counts(name: str) -> None:
    queries = {query["Id"]: query for query in ALARMS[name]["Metrics"]}
    [result] = [query for query in queries.values() if query["ReturnData"]]
    assert set(re.findall(r"\b[a-z]+\b", result["Expression"])) == queries.keys() - {result["Id"]}
    # CloudWatch refuses an alarm whose metrics have several periods.
    assert len({query["MetricStat"]["Period"] for query in queries.values() if query is not result}) == 1


def test_the_functions_print_the_metrics_that_are_listed() -> None:
    assert sorted(printed_metrics(ROOT / "functions")) == METRICS["Darkroom"]["metrics"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_functions_metrics_lie_in_the_namespace_of_its_deployment(function: str) -> None:
    """So that two deployments in one account do not set off each other's alarms."""
    variables = environment(NAMES, function)
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == "Darkroom/gallery"
    # The value of the dimension that Powertools adds.
    assert variables["POWERTOOLS_SERVICE_NAME"] == function


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_handler_counts_the_errors_that_its_alarm_takes_off(function: str) -> None:
    tree = ast.parse((ROOT / "functions" / function / "handler.py").read_text())
    [handler] = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "handler"]
    # The outermost, so that it counts what Lambda counts.
    assert ast.unparse(handler.decorator_list[0]) == counting_expected_errors.__name__


def widgets(kind: str) -> list[dict[str, Any]]:
    """Return what the dashboard's widgets of a kind show."""
    found = json.loads(dashboard_documents(NAMES)["dashboard/body"]["DashboardBody"])["widgets"]
    return [widget["properties"] for widget in found if widget["type"] == kind]


def test_the_dashboard_shows_metrics_that_exist() -> None:
    lines = [line for shown in widgets("metric") for line in shown["metrics"] if isinstance(line[0], str)]
    assert len(lines) > len(NAMES.functions)
    for namespace, metric, *rest in lines:
        pairs = [part for part in rest if isinstance(part, str)]
        assert_exists(namespace, metric, set(pairs[::2]))
        assert all(value and "${" not in value for value in pairs)


def test_the_dashboard_calculates_from_metrics_that_it_names() -> None:
    calculated = 0
    for shown in widgets("metric"):
        settings = [line[-1] for line in shown["metrics"] if isinstance(line[-1], dict)]
        ids = {setting["id"] for setting in settings if "id" in setting}
        for expression in (setting["expression"] for setting in settings if "expression" in setting):
            assert set(re.findall(r"\b[a-z]\w*", expression)) == ids
            calculated += 1
    assert calculated


def test_the_dashboard_asks_for_logs_that_the_functions_write(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Darkroom/gallery")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "record")
    queries = [shown["query"] for shown in widgets("log")]
    assert queries
    known = {f"/aws/lambda/{NAMES.of(function)}" for function in NAMES.functions}
    for query in queries:
        [group] = re.findall("SOURCE '([^']+)'", query)
        assert group in known
    # The fields of alarm_metrics.py; a metric is an array, whose parts Logs Insights numbers.
    count_failed(Fault.PHOTO, "UnsupportedImageError")
    line = json.loads(capsys.readouterr().out)
    [by_error] = [query for query in queries if "PhotosFailed" in query]
    [(counted, *grouped)] = re.findall(r"ispresent\((\w+)\.0\) .* by (\w+), (\w+)", by_error)
    assert {counted, *grouped} <= line.keys()


def test_the_saved_queries_ask_for_logs_that_the_functions_write() -> None:
    queries = query_documents(NAMES)
    assert queries
    known = {f"/aws/lambda/{NAMES.of(function)}" for function in NAMES.functions}
    printed = {metric for name, of in METRICS.items() if name == "Darkroom" for metric in of["metrics"]}
    for query in queries.values():
        assert query["name"].startswith(f"{NAMES.settings.project_name}/")
        assert set(query["logGroupNames"]) <= known
        # Of words in mixed capitals, a query has metrics alone.
        assert set(re.findall(r"\b(?:[A-Z][a-z]+){2,}\b", query["queryString"])) <= printed


def test_whatever_can_fail_is_watched() -> None:
    watched = {
        (metric["MetricName"], item["Value"])
        for alarm in ALARMS.values()
        for metric in metrics_of(alarm)
        for item in metric["Dimensions"]
    }
    for function in NAMES.functions:
        assert {(metric, NAMES.of(function)) for metric in ("Errors", "Throttles", "Duration")} <= watched
    for machine in NAMES.machines:
        for metric in ("ExecutionsTimedOut", "ExecutionThrottled"):
            assert (metric, NAMES.machine_arn(machine)) in watched
        # Who has started a backfill stops it: nobody need be told.
        assert (("ExecutionsAborted", NAMES.machine_arn(machine)) in watched) is (machine != "backfill")
    assert ("ExecutionsFailed", NAMES.machine_arn("backfill")) in watched
    # A photo that is itself broken fails the pipeline; why, the recorder knows, and the backstop stands behind it.
    assert ("ExecutionsFailed", NAMES.machine_arn("backstop")) in watched
    assert ("ExecutionsFailed", NAMES.machine_arn("pipeline")) not in watched
    assert {("PhotosFailed", fault) for fault in (Fault.PHOTO, Fault.SERVICE)} <= watched
    for rule in NAMES.rules:
        assert ("ApproximateNumberOfMessagesVisible", NAMES.of(f"{rule}-undelivered")) in watched


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_reaches_the_operations_topic_and_names_its_chapter(name: str) -> None:
    alarm = ALARMS[name]
    assert alarm["AlarmActions"] == alarm["OKActions"] == ["arn:aws:sns:eu-central-1:111122223333:gallery-operations"]
    [chapter] = re.findall(r"docs/runbook\.md#([a-z-]+)$", alarm["AlarmDescription"])
    assert name.endswith(chapter)
    assert "Type `darkroom status --project gallery`, and see docs/runbook.md#" in alarm["AlarmDescription"]
    assert re.search(rf"^## {chapter}$", RUNBOOK.read_text(), re.MULTILINE)


def allows(policy: dict[str, Any], service: str, action: str) -> list[dict[str, Any]]:
    """Return the statements that let a service do something."""
    return [
        statement
        for statement in policy["Statement"]
        if statement["Effect"] == "Allow"
        and isinstance(statement["Principal"], dict)
        and statement["Principal"].get("Service") == service
        and action in statement["Action"]
    ]


def test_alarms_may_publish_to_the_encrypted_operations_topic() -> None:
    topic = document(
        NAMES, "operations-topic-policy", own_arn="arn:aws:sns:eu-central-1:111122223333:gallery-operations"
    )
    [publish] = allows(topic, "cloudwatch.amazonaws.com", "sns:Publish")
    assert publish["Condition"]["StringEquals"] == {"aws:SourceAccount": "111122223333"}
    key = document(NAMES, "key-policy")
    assert allows(key, "cloudwatch.amazonaws.com", "kms:Decrypt") == allows(
        key, "cloudwatch.amazonaws.com", "kms:GenerateDataKey"
    )
    assert allows(key, "cloudwatch.amazonaws.com", "kms:Decrypt")


def test_a_rule_may_send_to_its_encrypted_queue() -> None:
    queue = document(NAMES, "queue-policy", own_arn="arn:q", rule_arn="arn:r")
    [send] = allows(queue, "events.amazonaws.com", "sqs:SendMessage")
    assert (send["Resource"], send["Condition"]["ArnEquals"]) == ("arn:q", {"aws:SourceArn": "arn:r"})
    key = document(NAMES, "key-policy")
    for action in ("kms:Decrypt", "kms:GenerateDataKey"):
        assert allows(key, "events.amazonaws.com", action)


def test_log_groups_may_be_encrypted() -> None:
    [statement] = allows(document(NAMES, "key-policy"), "logs.eu-central-1.amazonaws.com", "kms:Encrypt")
    groups = statement["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    assert all("log-group:/aws/" in group and "/gallery-*" in group for group in groups)


def test_the_key_admits_the_account_and_these_services_and_nobody_else() -> None:
    principals = [statement["Principal"] for statement in document(NAMES, "key-policy")["Statement"]]
    assert principals == [
        {"AWS": "arn:aws:iam::111122223333:root"},
        {"Service": "cloudwatch.amazonaws.com"},
        {"Service": "events.amazonaws.com"},
        {"Service": "logs.eu-central-1.amazonaws.com"},
    ]


@pytest.mark.parametrize("name", ["bucket-policy", "queue-policy", "results-topic-policy", "operations-topic-policy"])
def test_whoever_does_not_encrypt_on_the_way_is_refused(name: str) -> None:
    policy = document(NAMES, name, own_arn="arn:own", rule_arn="arn:r", enhance_role_arn="arn:e")
    plain_http = {"Bool": {"aws:SecureTransport": "false"}}
    refused = [s for s in policy["Statement"] if s.get("Condition") == plain_http]
    assert [(s["Effect"], s["Principal"]) for s in refused] == [("Deny", "*")]
    assert all("*" in s["Action"] or s["Action"] == "sns:Publish" for s in refused)


@pytest.mark.parametrize("bucket", ["gallery-uploads", "gallery-enhanced"])
def test_the_enhancer_alone_may_write_copies_and_renditions(bucket: str) -> None:
    made = bucket_documents(NAMES, bucket, sends_events=False)[f"buckets/{bucket}/bucket-policy"]
    statements = json.loads(made["Policy"])["Statement"]
    [refused] = [s for s in statements if s["Action"] == "s3:PutObject"]
    assert (refused["Effect"], refused["Principal"]) == ("Deny", "*")
    role = f"arn:aws:iam::{NAMES.account_id}:role/gallery-eu-central-1-enhance"
    assert refused["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": role}}
    assert role_documents(NAMES, "enhance", "", {})["roles/enhance/create"]["RoleName"] == role.rpartition("/")[2]
    # Deletion is left to IAM, and renditions lie below the copies.
    assert refused["Resource"] == f"arn:aws:s3:::{bucket}/enhanced/*"
    assert rendition_keys("a.jpg", "web", "WEBP")[0].startswith("enhanced/")
    assert all("NotPrincipal" not in statement for statement in statements)


@pytest.mark.parametrize("service", ["events.amazonaws.com", "cloudwatch.amazonaws.com"])
def test_the_key_admits_services_by_the_documented_statement(service: str) -> None:
    """Neither EventBridge nor CloudWatch is documented to send aws:SourceAccount to KMS."""
    [statement] = allows(document(NAMES, "key-policy"), service, "kms:GenerateDataKey")
    assert "Condition" not in statement
    assert sorted(statement["Action"]) == ["kms:Decrypt", "kms:GenerateDataKey"]
