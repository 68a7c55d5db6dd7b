"""What a deployment has made, read back from AWS, so that two ways to make it can be compared."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from darkroom.local.embedded_aws import EmbeddedAws

Facts = dict[str, Any]
# What AWS notes about a call, what is another at every making, and what photos change.
INCIDENTAL = re.compile(
    "ResponseMetadata|(Create|Creation|creation|update)Date(Time)?|(Created|LastModified)Timestamp|LastModified"
    "|(RoleLastUsed|RoleId|TableId|RevisionId|revisionId|label)|State(Updated|Reason|Transitioned).*"
    "|AlarmConfigurationUpdatedTimestamp|Earliest.*|Latest.*|ItemCount|(Table|Index)SizeBytes"
)


@dataclass(frozen=True)
class Inventory:
    """Reads what a project has, its own names replaced by common ones."""

    aws: EmbeddedAws
    project: str
    buckets: tuple[str, ...]

    def read(self) -> Facts:
        """Return everything by kind and name; empty kinds are left out."""
        kinds: dict[str, Callable[[], Iterator[tuple[str, Any]]]] = {
            "alarms": self._alarms,
            "buckets": self._buckets,
            "dashboards": self._dashboards,
            "functions": self._functions,
            "keys": self._keys,
            "logs": self._logs,
            "machines": self._machines,
            "policies": self._policies,
            "queries": self._queries,
            "queues": self._queues,
            "roles": self._roles,
            "rules": self._rules,
            "tables": self._tables,
            "topics": self._topics,
        }
        found = {
            kind: {self._common(name): self._plain(facts) for name, facts in read()} for kind, read in kinds.items()
        }
        return {kind: facts for kind, facts in found.items() if facts}

    def _plain(self, value: Any) -> Any:
        """Leave out what is incidental, parse documents in texts, and call things by their common names."""
        if isinstance(value, dict):
            return {self._common(k): self._plain(v) for k, v in sorted(value.items()) if not INCIDENTAL.fullmatch(k)}
        if isinstance(value, list):
            return sorted((self._plain(part) for part in value), key=lambda part: json.dumps(part, sort_keys=True))
        if not isinstance(value, str):
            return value
        if value.startswith(("{", "[")):
            return self._plain(json.loads(value))
        return self._common(value)

    def _common(self, text: str) -> str:
        for number, bucket in enumerate(self.buckets):
            text = text.replace(bucket, f"BUCKET{number}")
        text = re.sub(r"key/[0-9a-f-]{36}", "key/KEY", text)
        return re.sub(rf"\b{self.project}\b", "PROJECT", text)

    def _ours(self, names: list[str]) -> list[str]:
        return [name for name in names if re.search(rf"(^|/){self.project}(-|$)", name)]

    def _alarms(self) -> Iterator[tuple[str, Facts]]:
        client = self.aws.client("cloudwatch")
        for page in client.get_paginator("describe_alarms").paginate():
            yield from ((a["AlarmName"], a) for a in page["MetricAlarms"] if self._ours([a["AlarmName"]]))

    def _dashboards(self) -> Iterator[tuple[str, Facts]]:
        client = self.aws.client("cloudwatch")
        for name in self._ours([d["DashboardName"] for d in client.list_dashboards()["DashboardEntries"]]):
            yield name, json.loads(client.get_dashboard(DashboardName=name)["DashboardBody"])

    def _queries(self) -> Iterator[tuple[str, Facts]]:
        answer = self.aws.client("logs").describe_query_definitions(queryDefinitionNamePrefix=f"{self.project}/")
        for query in answer["queryDefinitions"]:
            yield query["name"], {name: value for name, value in query.items() if name != "queryDefinitionId"}

    def _buckets(self) -> Iterator[tuple[str, Facts]]:
        s3 = self.aws.client("s3")
        names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
        for name in dict.fromkeys([*(n for n in names if n in self.buckets), *self._ours(names)]):
            yield (
                name,
                {
                    "versioning": s3.get_bucket_versioning(Bucket=name).get("Status"),
                    "encryption": s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"],
                    "public": s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"],
                    "ownership": s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"],
                    "policy": s3.get_bucket_policy(Bucket=name)["Policy"],
                    "lifecycle": s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"],
                    "events": "EventBridgeConfiguration" in s3.get_bucket_notification_configuration(Bucket=name),
                    "cors": self._cors(name),
                    "tags": s3.get_bucket_tagging(Bucket=name)["TagSet"],
                },
            )

    def _cors(self, bucket: str) -> list[Facts]:
        try:
            return list(self.aws.client("s3").get_bucket_cors(Bucket=bucket)["CORSRules"])
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchCORSConfiguration":
                raise
            return []

    def _functions(self) -> Iterator[tuple[str, Facts]]:
        client = self.aws.client("lambda")
        for page in client.get_paginator("list_functions").paginate():
            for name in self._ours([function["FunctionName"] for function in page["Functions"]]):
                found = client.get_function(FunctionName=name)
                yield name, {**found["Configuration"], "Tags": found.get("Tags", {})}

    def _keys(self) -> Iterator[tuple[str, Facts]]:
        client = self.aws.client("kms")
        for page in client.get_paginator("list_aliases").paginate():
            for alias in (a for a in page["Aliases"] if self._ours([a["AliasName"]])):
                key = alias["TargetKeyId"]
                described = client.describe_key(KeyId=key)["KeyMetadata"]
                yield (
                    alias["AliasName"],
                    {
                        "state": described["KeyState"],
                        "description": described["Description"],
                        "policy": client.get_key_policy(KeyId=key, PolicyName="default")["Policy"],
                        "rotates": client.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"],
                        "tags": client.list_resource_tags(KeyId=key)["Tags"],
                    },
                )

    def _logs(self) -> Iterator[tuple[str, Facts]]:
        for page in self.aws.client("logs").get_paginator("describe_log_groups").paginate():
            for group in (g for g in page["logGroups"] if self._ours([g["logGroupName"]])):
                yield group["logGroupName"], {k: group.get(k) for k in ("retentionInDays", "kmsKeyId")}

    def _machines(self) -> Iterator[tuple[str, Facts]]:
        client = self.aws.client("stepfunctions")
        for page in client.get_paginator("list_state_machines").paginate():
            for machine in (m for m in page["stateMachines"] if self._ours([m["name"]])):
                found = client.describe_state_machine(stateMachineArn=machine["stateMachineArn"])
                # AWS fills the default in, moto answers what it was given.
                found["loggingConfiguration"].setdefault("includeExecutionData", False)
                yield machine["name"], found

    def _policies(self) -> Iterator[tuple[str, Facts]]:
        client = self.aws.client("iam")
        for page in client.get_paginator("list_policies").paginate(Scope="Local"):
            for policy in (p for p in page["Policies"] if self._ours([p["PolicyName"]])):
                arn = policy["Arn"]
                version = client.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])
                tags = client.list_policy_tags(PolicyArn=arn)["Tags"]
                described = client.get_policy(PolicyArn=arn)["Policy"]["Description"]
                yield (
                    policy["PolicyName"],
                    {"document": version["PolicyVersion"]["Document"], "tags": tags, "description": described},
                )

    def _queues(self) -> Iterator[tuple[str, Facts]]:
        client = self.aws.client("sqs")
        for url in client.list_queues(QueueNamePrefix=f"{self.project}-").get("QueueUrls", []):
            yield (
                url.rpartition("/")[2],
                client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"],
            )

    def _roles(self) -> Iterator[tuple[str, Facts]]:
        client = self.aws.client("iam")
        for page in client.get_paginator("list_roles").paginate():
            for name in self._ours([role["RoleName"] for role in page["Roles"]]):
                role = client.get_role(RoleName=name)["Role"]
                policies = {
                    policy: client.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
                    for policy in client.list_role_policies(RoleName=name)["PolicyNames"]
                }
                attached = client.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
                yield name, {**role, "policies": policies, "attached": attached}

    def _rules(self) -> Iterator[tuple[str, Facts]]:
        client = self.aws.client("events")
        for rule in (r for r in client.list_rules()["Rules"] if self._ours([r["Name"]])):
            yield rule["Name"], {**rule, "targets": client.list_targets_by_rule(Rule=rule["Name"])["Targets"]}

    def _tables(self) -> Iterator[tuple[str, Facts]]:
        client = self.aws.client("dynamodb")
        for name in self._ours(client.list_tables()["TableNames"]):
            backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
            yield name, {**client.describe_table(TableName=name)["Table"], "backups": backups}

    def _topics(self) -> Iterator[tuple[str, Facts]]:
        client = self.aws.client("sns")
        for arn in (topic["TopicArn"] for topic in client.list_topics()["Topics"]):
            for name in self._ours([arn.rpartition(":")[2]]):
                subscriptions = client.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
                endpoints = [[found["Protocol"], found["Endpoint"]] for found in subscriptions]
                yield name, {**client.get_topic_attributes(TopicArn=arn)["Attributes"], "subscriptions": endpoints}
