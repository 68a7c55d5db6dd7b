"""What a call needs: the IAM actions by API call, and what a service asks of the caller besides."""

import json
from collections.abc import Iterable

from darkroom.local.http.faults import Call
from tests.definitions import ROOT

# Services whose requests are signed under another name than their actions have in IAM.
PREFIXES = {"monitoring": "cloudwatch"}
# Where the two differ, by https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
ACTIONS = {
    "s3:HeadObject": {"s3:GetObject"},
    "s3:HeadBucket": {"s3:ListBucket"},
    "s3:ListObjectsV2": {"s3:ListBucket"},
    "s3:ListObjects": {"s3:ListBucket"},
    "s3:ListObjectVersions": {"s3:ListBucketVersions"},
    "s3:CreateMultipartUpload": {"s3:PutObject"},
    "s3:UploadPart": {"s3:PutObject"},
    "s3:CompleteMultipartUpload": {"s3:PutObject"},
    "s3:DeleteObjects": {"s3:DeleteObject", "s3:DeleteObjectVersion"},
    "s3:GetBucketEncryption": {"s3:GetEncryptionConfiguration"},
    "s3:PutBucketEncryption": {"s3:PutEncryptionConfiguration"},
    "s3:GetBucketLifecycleConfiguration": {"s3:GetLifecycleConfiguration"},
    "s3:PutBucketLifecycleConfiguration": {"s3:PutLifecycleConfiguration"},
    "s3:DeleteBucketLifecycle": {"s3:PutLifecycleConfiguration"},
    "s3:GetBucketNotificationConfiguration": {"s3:GetBucketNotification"},
    "s3:PutBucketNotificationConfiguration": {"s3:PutBucketNotification"},
    "s3:GetPublicAccessBlock": {"s3:GetBucketPublicAccessBlock"},
    "s3:PutPublicAccessBlock": {"s3:PutBucketPublicAccessBlock"},
    "s3:DeletePublicAccessBlock": {"s3:PutBucketPublicAccessBlock"},
    "s3:DeleteBucketOwnershipControls": {"s3:PutBucketOwnershipControls"},
    "s3:DeleteBucketEncryption": {"s3:PutEncryptionConfiguration"},
    "s3:GetBucketCors": {"s3:GetBucketCORS"},
    "s3:PutBucketCors": {"s3:PutBucketCORS"},
    "s3:DeleteBucketCors": {"s3:PutBucketCORS"},
    "s3:GetBucketReplication": {"s3:GetReplicationConfiguration"},
    "s3:GetBucketAccelerateConfiguration": {"s3:GetAccelerateConfiguration"},
    "s3:GetObjectLockConfiguration": {"s3:GetBucketObjectLockConfiguration"},
}
# What S3 asks for instead where a call names a version, as the functions' calls do in a bucket that keeps versions.
PINNED = {
    "s3:GetObject": {"s3:GetObject", "s3:GetObjectVersion"},
    "s3:GetObjectTagging": {"s3:GetObjectVersionTagging"},
    "s3:PutObjectTagging": {"s3:PutObjectVersionTagging"},
    "s3:DeleteObjectTagging": {"s3:DeleteObjectVersionTagging"},
}
S3_KMS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"
SQS_KMS = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"
# What a service asks of the caller when a customer-managed key encrypts: the actions, and where AWS says so.
IMPLIED = {
    "s3:PutObject": ({"kms:GenerateDataKey"}, S3_KMS),
    # A part is encrypted with the key of the upload, which has to be decrypted for each.
    "s3:CreateMultipartUpload": ({"kms:GenerateDataKey", "kms:Decrypt"}, S3_KMS),
    "s3:UploadPart": ({"kms:GenerateDataKey", "kms:Decrypt"}, S3_KMS),
    "s3:CompleteMultipartUpload": ({"kms:GenerateDataKey", "kms:Decrypt"}, S3_KMS),
    "s3:GetObject": ({"kms:Decrypt"}, S3_KMS),
    "s3:HeadObject": ({"kms:Decrypt"}, S3_KMS),
    "sqs:ReceiveMessage": ({"kms:Decrypt"}, SQS_KMS),
    "sqs:SendMessage": ({"kms:GenerateDataKey", "kms:Decrypt"}, SQS_KMS),
}


def allowed_actions(name: str) -> set[str]:
    """Return every action of a policy in deploy/documents."""
    policy = json.loads((ROOT / "deploy" / "documents" / f"{name}-policy.json").read_text())
    listed = (item["Action"] for item in policy["Statement"])
    return {action for actions in listed for action in ([actions] if isinstance(actions, str) else actions)}


def needed(calls: Iterable[Call]) -> set[str]:
    """Return every action that these calls need."""
    names = {f"{PREFIXES.get(call.service, call.service)}:{call.operation}" for call in calls}
    direct = {action for name in names for action in ACTIONS.get(name, {name})}
    return direct | {action for name in names if name in IMPLIED for action in IMPLIED[name][0]}


def needed_by_function(call: Call) -> set[str]:
    """Return every action that a call of a function needs, which may name a version."""
    name = f"{call.service}:{call.operation}"
    return {each for action in ACTIONS.get(name, {name}) for each in PINNED.get(action, {action})}


def implying(action: str, service: str) -> set[str]:
    """Return the calls of a service that ask for an action besides."""
    return {call for call, (actions, _) in IMPLIED.items() if action in actions and call.startswith(f"{service}:")}
