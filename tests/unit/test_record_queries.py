"""What the operators' questions cost: with 20,000 records that are COMPLETED, no request more than with none."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from darkroom.packaging.table_indexes import table_keys
from functions.operate.executions import Executions
from functions.operate.photo_filter import PhotoFilter
from functions.operate.photo_record import PhotoRecord
from functions.operate.polling import Polling
from functions.operate.project import NoSuchProjectError, Project, find_project
from functions.operate.project_health import succeeded_count
from functions.operate.record_queries import MAX_KEYS, ChangedRecordError, Records
from functions.operate.rerun_outcome import RerunOutcome
from functions.operate.rerun_photos import MAX_FAILURES_IN_A_ROW, Rerunner
from functions.operate.rerun_request import RerunRequest
from functions.operate.rerun_verdict import Act
from functions.operate.rerun_wait import Waiter
from functions.operate.status_report import status_report
from functions.operate.upload_index import index_older, latest_uploads
from functions.shared.errors import ConfigurationError, TransientServiceError
from functions.shared.records.ownership import timestamp
from functions.shared.records.table import serialise
from tests.unit.conftest import session
from tests.unit.operate_samples import ARN, NOW, ago, record

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

TABLE = "darkroom-images"
REGION = "eu-central-1"
PROJECT = Project("darkroom", REGION, "123456789012", TABLE, 90_000)
FAILED_COUNT = 30


def item(number: int, status: str, **more: Any) -> dict[str, Any]:
    attention = {} if status == "COMPLETED" else {"Attention": status}
    return serialise({
        "ImageId": f"{status}/{number:05}.jpg", "Status": status, "Timestamp": timestamp(ago(minutes=number)),
        "ExecutionArn": f"{ARN}{number}", "Sequencer": "1", "ErrorType": "TransientServiceError",
        "FailedState": "EnhanceImage", **attention, **more,
    })  # fmt: skip


@pytest.fixture
def dynamodb(aws: None) -> "DynamoDBClient":
    client = session().client("dynamodb", region_name=REGION)
    client.create_table(TableName=TABLE, BillingMode="PAY_PER_REQUEST", **table_keys())
    for number in range(FAILED_COUNT):
        client.put_item(TableName=TABLE, Item=item(number, "FAILED"))
    client.put_item(TableName=TABLE, Item=item(0, "PROCESSING"))
    return client


@pytest.fixture
def records(dynamodb: "DynamoDBClient") -> Records:
    return Records(dynamodb, TABLE)


class Counted:
    """Clients that count their requests, by operation."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._clients: dict[str, Any] = {}

    def __call__(self, service: str) -> Any:
        if service not in self._clients:
            client: Any = session().client(service, region_name=REGION)  # type: ignore[call-overload]
            client.meta.events.register("before-send", self._count)
            self._clients[service] = client
        return self._clients[service]

    def _count(self, event_name: str, **_: Any) -> None:
        self.counts[event_name.rpartition(".")[2]] += 1


def uploaded_at(moment: datetime) -> dict[str, str]:
    return {"UploadedAt": timestamp(moment), "UploadDay": timestamp(moment)[:10]}


def fill(count: int) -> None:
    """Put COMPLETED records straight into moto's table, one for each second back from now.

    As requests they would take a minute.
    """
    from moto.dynamodb.models import dynamodb_backends  # noqa: PLC0415 - moto is imported by the fixture

    table = dynamodb_backends["123456789012"][REGION].get_table(TABLE)
    completed = item(0, "COMPLETED")
    for number in range(count):
        uploaded = serialise(uploaded_at(ago(seconds=number)))
        table.put_item({**completed, **uploaded, "ImageId": {"S": f"done/{number:05}.jpg"}})


def requests_of(ask: Callable[[Counted], Any]) -> Counter[str]:
    clients = Counted()
    ask(clients)
    return clients.counts


def test_the_requests_of_lists_and_of_the_status_do_not_grow_with_what_is_completed(dynamodb: Any) -> None:
    session().client("sqs", region_name=REGION).create_queue(QueueName="darkroom-upload-undelivered")
    session().client("sqs", region_name=REGION).create_queue(QueueName="darkroom-backstop-undelivered")

    def status(clients: Counted) -> None:
        report = status_report(PROJECT, clients, str, NOW, None)
        assert (report.failed, report.processing, report.unknown) == (FAILED_COUNT, 1, [])
        assert report.succeeded is None, "moto counts no executions"

    def failed(clients: Counted) -> None:
        found = PhotoFilter(statuses=("FAILED",)).find(Records(clients("dynamodb"), TABLE))
        assert len(list(found)) == FAILED_COUNT

    before = [requests_of(status), requests_of(failed)]
    fill(20_000)
    assert [requests_of(status), requests_of(failed)] == before
    assert before[0] == {
        "Query": 2, "GetMetricStatistics": 1, "GetQueueUrl": 2, "GetQueueAttributes": 2, "DescribeAlarms": 1,
    }  # fmt: skip
    assert before[1] == {"Query": 1}


def put_uploads(client: "DynamoDBClient", hours: list[int], status: str) -> None:
    for ago_hours in hours:
        client.put_item(TableName=TABLE, Item=item(ago_hours, status, **uploaded_at(ago(hours=ago_hours))))


def latest(clients: Counted, hours: int, *, count: int | None = None) -> list[str]:
    found = latest_uploads(Records(clients("dynamodb"), TABLE), ago(hours=hours), NOW)
    return [photo.key for photo in islice(found, count)]


def test_uploads_of_every_status_come_newest_first_across_days(dynamodb: "DynamoDBClient") -> None:
    put_uploads(dynamodb, [40, 1, 13], "COMPLETED")
    put_uploads(dynamodb, [2, 30], "FAILED")
    clients = Counted()
    assert latest(clients, 40) == [
        "COMPLETED/00001.jpg", "FAILED/00002.jpg", "COMPLETED/00013.jpg", "FAILED/00030.jpg", "COMPLETED/00040.jpg",
    ]  # fmt: skip
    assert clients.counts == {"Query": 3, "BatchGetItem": 3}, "two for each of the days"
    assert latest(Counted(), 39)[-1] == "FAILED/00030.jpg"


def test_the_newest_of_many_uploads_cost_the_pages_that_are_shown(dynamodb: "DynamoDBClient") -> None:
    fill(20_000)
    clients = Counted()
    assert latest(clients, 24, count=50) == [f"done/{number:05}.jpg" for number in range(50)]
    assert clients.counts == {"Query": 1, "BatchGetItem": 1}
    assert len(latest(clients, 24, count=150)) == 150
    assert clients.counts == {"Query": 3, "BatchGetItem": 3}


def day_asked(query: dict[str, Any]) -> str:
    return str(query["ExpressionAttributeValues"][":day"]["S"])


def test_the_index_is_believed_only_as_far_as_the_records_bear_it_out(dynamodb: "DynamoDBClient") -> None:
    put_uploads(dynamodb, [1, 30], "COMPLETED")

    class Lagging:
        """The index still has a photo of yesterday that came again today, and one that is gone."""

        def get_paginator(self, _: str) -> Any:
            class Pages:
                def paginate(self, **query: Any) -> Any:
                    keys = ["COMPLETED/00001.jpg", "gone.jpg"]
                    indexed = {"UploadDay": {"S": day_asked(query)}, "UploadedAt": {"S": timestamp(NOW)}}
                    return [{"Items": [{**serialise({"ImageId": key}), **indexed} for key in keys]}]

            return Pages()

        def batch_get_item(self, **asked: Any) -> Any:
            return dynamodb.batch_get_item(**asked)

    found = latest_uploads(Records(Lagging(), TABLE), ago(hours=30), NOW)  # type: ignore[arg-type]
    assert [photo.key for photo in found] == ["COMPLETED/00001.jpg"]


def test_records_of_earlier_versions_are_added_once(dynamodb: "DynamoDBClient", records: Records) -> None:
    put_uploads(dynamodb, [1], "COMPLETED")
    old = ago(hours=2)
    dynamodb.put_item(TableName=TABLE, Item=item(2, "COMPLETED", UploadedAt=timestamp(old)))
    assert latest(Counted(), 24) == ["COMPLETED/00001.jpg"]
    assert list(index_older(records)) == ["COMPLETED/00002.jpg"]
    assert latest(Counted(), 24) == ["COMPLETED/00001.jpg", "COMPLETED/00002.jpg"]
    assert list(index_older(records)) == []


def test_a_table_without_the_index_is_said_to_need_a_deployment(dynamodb: "DynamoDBClient", records: Records) -> None:
    delete: Any = [{"Delete": {"IndexName": "UploadIndex"}}]
    dynamodb.update_table(TableName=TABLE, GlobalSecondaryIndexUpdates=delete)
    with pytest.raises(ConfigurationError, match=r"index.*deploy this version"):
        list(latest_uploads(records, ago(hours=1), NOW))


def test_all_uploads_are_found_since_a_time(records: Records) -> None:
    with pytest.raises(ValueError, match="since a time"):
        next(PhotoFilter(statuses=("COMPLETED",)).find(records))


def test_succeeded_executions_are_counted_by_cloudwatch(dynamodb: Any) -> None:
    cloudwatch = session().client("cloudwatch", region_name=REGION)
    machine = {"Name": "StateMachineArn", "Value": PROJECT.pipeline_arn}
    counted: Any = {"MetricName": "ExecutionsSucceeded", "Dimensions": [machine]}
    for minutes, count in ((10, 2), (100, 3), (60 * 30, 5)):
        cloudwatch.put_metric_data(
            Namespace="AWS/States",
            MetricData=[{**counted, "Value": count, "Timestamp": ago(minutes=minutes)}],
        )
    assert status_report(PROJECT, Counted(), str, NOW, None).succeeded == 5
    assert status_report(PROJECT, Counted(), str, NOW, ago(minutes=50)).succeeded == 2
    assert status_report(PROJECT, Counted(), str, NOW, ago(days=70)).succeeded == 10


def test_what_is_not_answered_is_said_and_the_rest_is_asked(dynamodb: Any) -> None:
    report = status_report(PROJECT, Counted(), str, NOW, None)
    assert (report.failed, report.dead_letters, report.exit_status) == (FAILED_COUNT, [], 1)
    [unknown] = report.unknown
    assert unknown.startswith("dead-letter queues: ")


def test_records_come_latest_first_and_since_a_time(records: Records) -> None:
    found = list(records.needing_attention("FAILED", ago(minutes=2)))
    assert [photo.key for photo in found] == ["FAILED/00000.jpg", "FAILED/00001.jpg", "FAILED/00002.jpg"]


def test_many_records_are_read_by_the_hundred(records: Records) -> None:
    fill(MAX_KEYS + 1)
    clients = Counted()
    keys = [f"done/{number:05}.jpg" for number in range(MAX_KEYS + 1)]
    found = Records(clients("dynamodb"), TABLE).get_many([*keys, *keys, "none.jpg"])
    assert list(found) == keys
    assert clients.counts == {"BatchGetItem": 2}


class Unwilling:
    """DynamoDB without capacity: it leaves all keys unread, so many times, then answers."""

    def __init__(self, client: Any, times: int) -> None:
        self.client, self.times = client, times

    def batch_get_item(self, RequestItems: Any) -> Any:  # noqa: N803 - boto3's
        self.times -= 1
        if self.times >= 0:
            return {"Responses": {TABLE: []}, "UnprocessedKeys": RequestItems}
        return self.client.batch_get_item(RequestItems=RequestItems)


def test_keys_that_were_left_unread_are_asked_again_and_never_dropped(dynamodb: Any) -> None:
    key = "FAILED/00000.jpg"
    assert list(Records(Unwilling(dynamodb, 4), TABLE).get_many([key])) == [key]  # type: ignore[arg-type]
    with pytest.raises(TransientServiceError, match="left records unread"):
        Records(Unwilling(dynamodb, 5), TABLE).get_many([key])  # type: ignore[arg-type]


def test_a_note_is_refused_where_the_record_has_changed(records: Records) -> None:
    seen = records.get("FAILED/00000.jpg")
    assert seen
    for changed in ({"status": "PROCESSING"}, {"execution_arn": f"{ARN}2"}):
        with pytest.raises(ChangedRecordError):
            records.note_rerun(seen.model_copy(update=changed), {"reason": "x"})
    records.note_rerun(seen, {"reason": "x"})
    noted = records.get(seen.key)
    assert noted
    assert noted.rerun == {"reason": "x"}


@pytest.mark.parametrize(
    ("fitting", "wanted"),
    [
        ({}, True), ({"error": "TransientServiceError"}, True), ({"error": "CorruptImageError"}, False),
        ({"step": "EnhanceImage"}, True), ({"step": "NotifyResult"}, False),
        ({"user": "ada"}, True), ({"user": "eve"}, False), ({"prefix": "bea"}, True), ({"prefix": "sea"}, False),
        ({"user": "ada", "prefix": "sea"}, False),
    ],
)  # fmt: skip
def test_filters_have_to_hold_together(fitting: dict[str, Any], wanted: bool) -> None:
    assert PhotoFilter(**fitting).passes(record()) == wanted


def test_a_project_that_is_not_there_is_named_with_the_region(aws: None) -> None:
    with pytest.raises(NoSuchProjectError, match=r"no project 'nowhere' in this account and eu-central-1"):
        find_project(Counted(), "nowhere")


def test_after_failures_in_a_row_the_rest_is_not_begun(records: Records) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "No."}}, "DescribeExecution")

    clients = Counted()
    clients("stepfunctions").describe_execution = refuse
    executions = Executions(clients("stepfunctions"), PROJECT.pipeline_arn)
    rerunner = Rerunner(records, executions, RerunRequest(), explain=str)
    keys = [f"FAILED/{number:05}.jpg" for number in range(MAX_FAILURES_IN_A_ROW + 2)]
    outcomes = list(rerunner.run_all(keys, lambda: None))
    assert [outcome.outcome for outcome in outcomes] == ["not started"] * len(keys)
    assert [outcome.why for outcome in outcomes[-2:]] == ["not tried, after 5 failures in a row"] * 2


class RunningFor:
    """Step Functions with one execution, which fails when it has been asked about so many times."""

    def __init__(self, questions: int) -> None:
        self.questions = questions

    def describe_execution(self, executionArn: str) -> Any:  # noqa: N803 - boto3's
        self.questions -= 1
        status = "RUNNING" if self.questions > 0 else "FAILED"
        return {"executionArn": executionArn, "status": status, "startDate": ago(minutes=1), "error": "Stopped"}


@pytest.mark.parametrize(("questions", "outcome"), [(3, "failed"), (1000, "running")])
def test_waiting_ends_with_the_execution_or_at_its_limit(records: Records, questions: int, outcome: str) -> None:
    clock = [0.0]
    started = RerunOutcome(key="FAILED/00000.jpg", act=Act.NEW, reason="", outcome="started", execution_arn=f"{ARN}new")
    executions = Executions(RunningFor(questions), PROJECT.pipeline_arn)  # type: ignore[arg-type]
    polling = Polling(lambda: clock[0], lambda pause: clock.__setitem__(0, clock[0] + pause), 60)
    waiter = Waiter(records, executions, polling)
    [result] = waiter.results([started])
    assert result.outcome == outcome
    assert clock[0] <= 70


def test_what_a_later_version_writes_is_no_obstacle(records: Records) -> None:
    records.client.put_item(TableName=TABLE, Item=item(0, "FAILED", Novelty={"of": "later"}))
    assert isinstance(records.get("FAILED/00000.jpg"), PhotoRecord)


@pytest.mark.parametrize(
    ("span", "period_seconds"),
    [
        (timedelta(hours=24), 300), (timedelta(hours=25), 3600), (timedelta(days=60), 3600),
        (timedelta(days=60, hours=1), 86_400),
    ],
)  # fmt: skip
def test_cloudwatch_is_asked_for_no_more_points_than_it_answers(span: timedelta, period_seconds: int) -> None:
    asked: dict[str, Any] = {}

    class CloudWatch:
        def get_metric_statistics(self, **request: Any) -> Any:
            asked.update(request)
            return {"Datapoints": []}

    assert succeeded_count(lambda _: CloudWatch(), PROJECT, NOW - span, NOW) is None
    assert asked["Period"] == period_seconds
    assert span.total_seconds() / asked["Period"] <= 1440
