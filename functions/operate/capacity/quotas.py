"""What AWS lets through by default, each quota with its source and date. An account may have other values."""

from __future__ import annotations

from typing import NamedTuple

AS_OF = "2026-11"
# Where Step Functions, KMS and others allow more.
LARGE_REGIONS = frozenset({"us-east-1", "us-west-2", "eu-west-1"})


class Quota(NamedTuple):
    """So many a second, in the large Regions and in the smallest; `adjustable` where AWS raises it on request."""

    name: str
    large: float
    other: float
    adjustable: bool
    source: str
    as_of: str = AS_OF

    def value(self, region: str) -> float:
        """Return what holds in a Region."""
        return self.large if region in LARGE_REGIONS else self.other


DOCS = "https://docs.aws.amazon.com"
STEP_FUNCTIONS = f"{DOCS}/step-functions/latest/dg/service-quotas.html"
S3_PREFIX = f"{DOCS}/AmazonS3/latest/userguide/optimizing-performance.html"

STARTS = Quota("Step Functions, starts", 300, 150, True, STEP_FUNCTIONS)
# So many at once, from rest, before the rate above holds.
STARTS_AT_ONCE = Quota("Step Functions, starts at once", 1300, 800, True, STEP_FUNCTIONS)
TRANSITIONS = Quota("Step Functions, transitions", 5000, 800, True, STEP_FUNCTIONS)
DELIVERIES = Quota("EventBridge, deliveries", 18_750, 750, True, f"{DOCS}/eventbridge/latest/userguide/eb-quota.html")
S3_WRITES = Quota("S3, writes under a prefix", 3500, 3500, False, S3_PREFIX)
S3_READS = Quota("S3, reads under a prefix", 5500, 5500, False, S3_PREFIX)
INDEX_WRITES = Quota(
    "DynamoDB, writes to an index key",
    1000,
    1000,
    False,
    f"{DOCS}/amazondynamodb/latest/developerguide/bp-partition-key-design.html",
)
TABLE_WRITES = Quota(
    "DynamoDB, writes to a new table",
    4000,
    4000,
    False,
    f"{DOCS}/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html",
)
# 30,000 in us-east-1; what the other two large Regions have.
PUBLISHES = Quota("SNS, Publish", 9_000, 300, True, f"{DOCS}/general/latest/gr/sns.html")
EMAILS = Quota("SNS, e-mails a subscription", 10, 10, False, f"{DOCS}/general/latest/gr/sns.html")
KMS_CALLS = Quota("KMS, calls", 100_000, 10_000, True, f"{DOCS}/kms/latest/developerguide/requests-per-second.html")

# How long EventBridge tries an event again (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html).
DELIVERY_HOURS = 24
