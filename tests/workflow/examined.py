"""A deployment for the doctor's tests, and the faults that are planted in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from darkroom.local.deploy import Deployment
from darkroom.local.embedded_aws import EmbeddedAws
from tests.workflow.operated import empty_queue

PROJECT = "examined"
Plant = Callable[["Patient"], Callable[[], object]]


class Patient(NamedTuple):
    """A deployment whose health is examined."""

    aws: EmbeddedAws
    deployment: Deployment

    def client(self, service: str) -> Any:
        return self.aws.client(service)

    @property
    def key_id(self) -> str:
        return str(self.client("kms").describe_key(KeyId=f"alias/{PROJECT}")["KeyMetadata"]["KeyId"])

    def role(self, part: str) -> dict[str, str]:
        return {"RoleName": f"{PROJECT}-{self.aws.region}-{part}"}

    def topic(self, name: str) -> str:
        return f"arn:aws:sns:{self.aws.region}:{self.aws.account_id}:{PROJECT}-{name}"


class Planted(NamedTuple):
    """A fault: the check that must find it, the words in which it is found, and how it is planted and undone."""

    check: str
    words: str
    plant: Plant


@contextmanager
def planted(patient: Patient, fault: Planted) -> Iterator[None]:
    undo = fault.plant(patient)
    try:
        yield
    finally:
        undo()


def events_off(patient: Patient) -> Callable[[], object]:
    put, bucket = patient.client("s3").put_bucket_notification_configuration, patient.deployment.bucket
    put(Bucket=bucket, NotificationConfiguration={})
    return lambda: put(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})


def rule_disabled(patient: Patient) -> Callable[[], object]:
    events, rule = patient.client("events"), patient.deployment.rule_name
    events.disable_rule(Name=rule)
    return lambda: events.enable_rule(Name=rule)


def target_gone(patient: Patient) -> Callable[[], object]:
    events, rule = patient.client("events"), patient.deployment.backstop_rule_name
    targets = events.list_targets_by_rule(Rule=rule)["Targets"]
    events.remove_targets(Rule=rule, Ids=[targets[0]["Id"]])
    return lambda: events.put_targets(Rule=rule, Targets=targets)


def permission_gone(patient: Patient) -> Callable[[], object]:
    named = {**patient.role("enhance"), "PolicyName": "least-privilege"}
    policy = patient.client("iam").get_role_policy(**named)["PolicyDocument"]
    left = [statement for statement in policy["Statement"] if "s3:PutObject" not in statement["Action"]]
    put = patient.client("iam").put_role_policy
    put(**named, PolicyDocument=json.dumps({**policy, "Statement": left}))
    return lambda: put(**named, PolicyDocument=json.dumps(policy))


def permission_beyond(patient: Patient) -> Callable[[], object]:
    named = {**patient.role("notify"), "PolicyName": "by-hand"}
    allow = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": allow})
    patient.client("iam").put_role_policy(**named, PolicyDocument=document)
    return lambda: patient.client("iam").delete_role_policy(**named)


def role_not_assumable(patient: Patient) -> Callable[[], object]:
    iam, named = patient.client("iam"), patient.role("validate")
    trust = json.dumps(iam.get_role(**named)["Role"]["AssumeRolePolicyDocument"])
    iam.update_assume_role_policy(**named, PolicyDocument=trust.replace("lambda", "ec2"))
    return lambda: iam.update_assume_role_policy(**named, PolicyDocument=trust)


def permission_denied(patient: Patient) -> Callable[[], object]:
    named = {**patient.role("upload-rule"), "PolicyName": "by-hand"}
    deny = {"Effect": "Deny", "Action": "states:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    patient.client("iam").put_role_policy(**named, PolicyDocument=document)
    return lambda: patient.client("iam").delete_role_policy(**named)


def subscription_lost(patient: Patient) -> Callable[[], object]:
    sns, topic = patient.client("sns"), patient.topic("operations")
    [subscription] = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    return lambda: sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=subscription["Endpoint"])


def key_disabled(patient: Patient) -> Callable[[], object]:
    kms, key = patient.client("kms"), patient.key_id
    kms.disable_key(KeyId=key)
    return lambda: kms.enable_key(KeyId=key)


def key_closed_to_alarms(patient: Patient) -> Callable[[], object]:
    kms, named = patient.client("kms"), {"KeyId": patient.key_id, "PolicyName": "default"}
    policy = kms.get_key_policy(**named)["Policy"]
    left = [each for each in json.loads(policy)["Statement"] if "Alarms" not in each["Sid"]]
    kms.put_key_policy(**named, Policy=json.dumps({**json.loads(policy), "Statement": left}))
    return lambda: kms.put_key_policy(**named, Policy=policy)


def queue_policy_gone(patient: Patient) -> Callable[[], object]:
    sqs, url = patient.client("sqs"), patient.deployment.dead_letter_queue_url
    policy = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    return lambda: sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def event_undelivered(patient: Patient) -> Callable[[], object]:
    sqs, url = patient.client("sqs"), patient.deployment.dead_letter_queue_url
    sqs.send_message(QueueUrl=url, MessageBody="{}")
    return lambda: empty_queue(sqs, url)


def logging_off(patient: Patient) -> Callable[[], object]:
    return _machine_changed(patient, loggingConfiguration={"level": "OFF"})


def definition_changed(patient: Patient) -> Callable[[], object]:
    described = _machine(patient)
    definition = json.loads(described["definition"])
    definition["States"]["EnhanceImage"]["TimeoutSeconds"] = 5
    return _machine_changed(patient, definition=json.dumps(definition))


def alarm_silenced(patient: Patient) -> Callable[[], object]:
    cloudwatch, names = patient.client("cloudwatch"), [f"{PROJECT}-service-failures"]
    cloudwatch.disable_alarm_actions(AlarmNames=names)
    return lambda: cloudwatch.enable_alarm_actions(AlarmNames=names)


def alarm_without_actions(patient: Patient) -> Callable[[], object]:
    cloudwatch = patient.client("cloudwatch")
    [alarm] = cloudwatch.describe_alarms(AlarmNames=[f"{PROJECT}-upload-lost"])["MetricAlarms"]
    taken = cloudwatch.meta.service_model.operation_model("PutMetricAlarm").input_shape.members
    alarm = {key: value for key, value in alarm.items() if key in taken and value not in ([], "")}
    cloudwatch.put_metric_alarm(**{**alarm, "AlarmActions": []})
    return lambda: cloudwatch.put_metric_alarm(**alarm)


def bucket_policy_gone(patient: Patient) -> Callable[[], object]:
    s3, bucket = patient.client("s3"), patient.deployment.bucket
    policy = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    s3.delete_bucket_policy(Bucket=bucket)
    return lambda: s3.put_bucket_policy(Bucket=bucket, Policy=policy)


def bucket_public(patient: Patient) -> Callable[[], object]:
    s3, bucket = patient.client("s3"), patient.deployment.bucket
    closed = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={**closed, "RestrictPublicBuckets": False})
    return lambda: s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=closed)


def backups_off(patient: Patient) -> Callable[[], object]:
    def switch(on: bool) -> None:
        patient.client("dynamodb").update_continuous_backups(
            TableName=patient.deployment.table,
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": on},
        )

    switch(False)
    return lambda: switch(True)


def another_table(patient: Patient) -> Callable[[], object]:
    return _variables_changed(patient, "record", TABLE_NAME="another-table")


def no_strength(patient: Patient) -> Callable[[], object]:
    return _variables_changed(patient, "enhance", STRENGTH="very")


def throttled_to_nothing(patient: Patient) -> Callable[[], object]:
    client, function = patient.client("lambda"), f"{PROJECT}-notify"
    client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    return lambda: client.delete_function_concurrency(FunctionName=function)


def logs_for_ever(patient: Patient) -> Callable[[], object]:
    logs, group = patient.client("logs"), f"/aws/lambda/{PROJECT}-validate"
    logs.delete_retention_policy(logGroupName=group)
    return lambda: logs.put_retention_policy(logGroupName=group, retentionInDays=30)


def _machine(patient: Patient) -> Any:
    arn = patient.deployment.state_machine_arn
    return patient.client("stepfunctions").describe_state_machine(stateMachineArn=arn)


def _machine_changed(patient: Patient, **changes: Any) -> Callable[[], object]:
    described, update = _machine(patient), patient.client("stepfunctions").update_state_machine
    named = {"stateMachineArn": patient.deployment.state_machine_arn}
    update(**named, **changes)
    return lambda: update(**named, **{name: described[name] for name in changes})


def _variables_changed(patient: Patient, function: str, **changes: str) -> Callable[[], object]:
    client, named = patient.client("lambda"), {"FunctionName": f"{PROJECT}-{function}"}
    variables = client.get_function_configuration(**named)["Environment"]["Variables"]
    client.update_function_configuration(**named, Environment={"Variables": {**variables, **changes}})
    return lambda: client.update_function_configuration(**named, Environment={"Variables": variables})


FAULTS = {
    "events off": Planted("events", "sends no events to EventBridge", events_off),
    "rule disabled": Planted("rules", "rule examined-upload is DISABLED, so nothing is started", rule_disabled),
    "target gone": Planted("rules", "Targets lacks", target_gone),
    "permission gone": Planted("permissions", "enhance may not s3:PutObject on arn:aws:s3:::", permission_gone),
    "permission denied": Planted("permissions", "which a policy of its own denies", permission_denied),
    "permission beyond": Planted("permissions", "notify may without need for it s3:* on *", permission_beyond),
    "role not assumable": Planted("permissions", "Principal.Service is ec2.amazonaws.com", role_not_assumable),
    "subscription lost": Planted("subscriptions", "so alarms reach nobody", subscription_lost),
    "key disabled": Planted("key", "is Disabled, so nothing that it encrypts can be read", key_disabled),
    "key closed to alarms": Planted("key", "lacks LetAlarmsPublish", key_closed_to_alarms),
    "queue policy gone": Planted("dead-letter-queues", "Policy", queue_policy_gone),
    "event undelivered": Planted("dead-letter-queues", "holds 1 that started nothing", event_undelivered),
    "logging off": Planted("state-machines", "loggingConfiguration.level is OFF and not ERROR", logging_off),
    "definition changed": Planted(
        "state-machines", "definition.States.EnhanceImage.TimeoutSeconds is 5 and not 195", definition_changed
    ),
    "alarm silenced": Planted("alarms", "ActionsEnabled is false and not true", alarm_silenced),
    "alarm without actions": Planted("alarms", "alarm examined-upload-lost", alarm_without_actions),
    "bucket policy gone": Planted("bucket-policy", "the policy of examined-photos is not there", bucket_policy_gone),
    "bucket open to the public": Planted("public-access", "RestrictPublicBuckets is false", bucket_public),
    "backups off": Planted("table", "PointInTimeRecoveryStatus is DISABLED and not ENABLED", backups_off),
    "another table": Planted("functions", "TABLE_NAME is another-table and not examined-images", another_table),
    "no strength": Planted("functions", "STRENGTH is 'very' and must be a whole number from 0 to 100", no_strength),
    "throttled to nothing": Planted("functions", "its reserved concurrency is 0", throttled_to_nothing),
    "logs kept for ever": Planted("logs", "retentionInDays is not set", logs_for_ever),
}
