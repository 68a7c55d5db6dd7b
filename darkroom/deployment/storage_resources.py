"""What keeps things: the key, the buckets, the table, the topics; each as the input of an aws command."""

import json
from typing import Any

from darkroom.deployment.documents import policy, tag_list
from darkroom.deployment.names import Names
from darkroom.packaging.table_indexes import index_updates, table_keys
from darkroom.packaging.web_origins import cors_rule

Documents = dict[str, Any]
# As long as Step Functions remembers the executions.
BACKFILL_DAYS = 90


def key_documents(names: Names) -> Documents:
    """Return how the key is made, and its policy."""
    what = f"Encrypts {names.settings.project_name}: photos, records, messages, queues, logs"
    text = policy(names, "key-policy")
    return {
        "key/create": {"Description": what, "Policy": text, "Tags": tag_list(names, "TagKey", "TagValue")},
        "key/policy": {"Policy": text},
    }


def bucket_documents(names: Names, bucket: str, *, sends_events: bool) -> Documents:
    """Return how a bucket is made, and each put-bucket-… that follows."""
    region = names.settings.region
    # us-east-1 is the one Region that a bucket must not be told to be in.
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    closed = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    tidy = {
        "ID": "tidy",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Expiration": {"ExpiredObjectDeleteMarker": True},
        "NoncurrentVersionExpiration": {"NoncurrentDays": names.settings.noncurrent_version_days},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    }
    encryption = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": names.key_arn},
        "BucketKeyEnabled": True,
    }
    arns = {"own_arn": f"arn:aws:s3:::{bucket}", "enhance_role_arn": names.role_arn("enhance")}
    aspects: Documents = {
        "create": {"Bucket": bucket, "ObjectOwnership": "BucketOwnerEnforced", **place},
        "public-access-block": {"PublicAccessBlockConfiguration": dict.fromkeys(closed, True)},
        "bucket-ownership-controls": {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}},
        "bucket-versioning": {"VersioningConfiguration": {"Status": "Enabled"}},
        "bucket-encryption": {"ServerSideEncryptionConfiguration": {"Rules": [encryption]}},
        "bucket-policy": {"Policy": policy(names, "bucket-policy", **arns)},
        "bucket-lifecycle-configuration": {"LifecycleConfiguration": {"Rules": [tidy, *_expiring(names, bucket)]}},
        "bucket-tagging": {"Tagging": {"TagSet": tag_list(names)}},
    }
    if bucket in names.photo_buckets:
        aspects["bucket-cors"] = {"CORSConfiguration": {"CORSRules": [cors_rule(names.settings.web_origins)]}}
    if sends_events:
        events: Documents = {"NotificationConfiguration": {"EventBridgeConfiguration": {}}}
        aspects["bucket-notification-configuration"] = events
    return {f"buckets/{bucket}/{aspect}": document for aspect, document in aspects.items()}


def _expiring(names: Names, bucket: str) -> list[dict[str, Any]]:
    """Return the rules by which plans and reports of backfills, which name keys and users, go from the bucket."""
    rule = {
        "ID": "backfills",
        "Status": "Enabled",
        "Filter": {"Prefix": "backfill/"},
        "Expiration": {"Days": BACKFILL_DAYS},
    }
    return [rule] if bucket == names.artifacts_bucket else []


def table_documents(names: Names) -> Documents:
    """Return how the table is made, and what is kept up later."""
    protection = {"DeletionProtectionEnabled": not names.settings.force_destroy_bucket}
    create = {
        "TableName": names.of("images"),
        "BillingMode": "PAY_PER_REQUEST",
        **table_keys(),
        "SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": names.key_arn},
        "Tags": tag_list(names),
        **protection,
    }
    backups = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    recovery = {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED"}}
    return {
        "table/create": create,
        "table/protection": protection,
        "table/backups": backups,
        "table/recovery": recovery,
        **{f"table/{name}": update for name, update in index_updates().items()},
    }


def topic_documents(names: Names) -> Documents:
    """Return how the topics are made, and who subscribes."""
    found: Documents = {}
    for topic in ("results", "operations"):
        text = policy(names, f"{topic}-topic-policy", own_arn=names.arn("sns", names.of(topic)))
        attributes = {"KmsMasterKeyId": names.key_arn, "Policy": text}
        found[f"topics/{topic}/create"] = {
            "Name": names.of(topic),
            "Attributes": attributes,
            "Tags": tag_list(names),
        }
        found[f"topics/{topic}/attributes"] = {"Attributes": attributes}
        found[f"topics/{topic}/policy"] = json.loads(text)
    return found


def subscriptions(names: Names) -> list[tuple[str, str, str]]:
    """Return topic, protocol and endpoint of each subscription."""
    settings = names.settings
    wanted = [
        ("results", "email", settings.email_subscription),
        ("results", "sms", settings.sms_subscription),
        ("operations", "email", settings.alarm_email),
    ]
    return [(topic, protocol, endpoint) for topic, protocol, endpoint in wanted if endpoint]
