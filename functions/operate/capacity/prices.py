"""What AWS charges in us-east-1, in US dollars, without free tiers; each price with its source and date.

Other Regions differ by a tenth or two; Lambda's and CloudWatch's tiers begin far above a million photos a month.
"""

from typing import NamedTuple

AS_OF = "2026-11"
REGION = "us-east-1"
MILLION = 1e6


class Price(NamedTuple):
    """So many dollars for so many units; `shown` says how many of them the price in words is for."""

    dollars: float
    per: float
    source: str
    shown: str = "million"
    as_of: str = AS_OF

    def of(self, units: float) -> float:
        """Return the dollars for so many units."""
        return units * self.dollars / self.per

    def __str__(self) -> str:
        """Return the price in words: 25 per million."""
        scale = MILLION if self.shown.startswith("million") else 1
        return f"{self.dollars / self.per * scale:g} per {self.shown}"


STEP_FUNCTIONS = "https://aws.amazon.com/step-functions/pricing/"
LAMBDA = "https://aws.amazon.com/lambda/pricing/"
CLOUDWATCH = "https://aws.amazon.com/cloudwatch/pricing/"
DYNAMODB = "https://aws.amazon.com/dynamodb/pricing/on-demand/"
S3 = "https://aws.amazon.com/s3/pricing/"
SNS = "https://aws.amazon.com/sns/pricing/"
KMS = "https://aws.amazon.com/kms/pricing/"

# Standard workflows, by the transition. AWS's own example counts the start too.
TRANSITION = Price(25, MILLION, STEP_FUNCTIONS)
# Express workflows, by the request and by time and memory, of which the least is 64 MB.
EXPRESS_REQUEST = Price(1, MILLION, STEP_FUNCTIONS)
EXPRESS_GB_SECOND = Price(0.00001667, 1, STEP_FUNCTIONS, "GB-s")
INVOCATION = Price(0.20, MILLION, LAMBDA)
# On arm64.
GB_SECOND = Price(13.3334, MILLION, LAMBDA, "million GB-s")
# On demand.
WRITE_UNIT = Price(0.625, MILLION, DYNAMODB)
READ_UNIT = Price(0.125, MILLION, DYNAMODB)
S3_WRITE = Price(5, MILLION, S3)
S3_READ = Price(0.40, MILLION, S3)
# The first 50 TB.
S3_GB_MONTH = Price(0.023, 1, S3)
PUBLISH = Price(0.50, MILLION, SNS)
EMAIL = Price(2, 100_000, SNS)
# Those that S3 sends are opt-in events, which cost; those of Step Functions are free.
BUCKET_EVENT = Price(1, MILLION, "https://aws.amazon.com/eventbridge/pricing/")
KMS_CALL = Price(0.03, 10_000, KMS)
LOG_GB = Price(0.50, 1, CLOUDWATCH, "GB")
TRACE = Price(5, MILLION, "https://aws.amazon.com/xray/pricing/")

KEY_MONTH = Price(1, 1, KMS)
ALARM_METRIC_MONTH = Price(0.10, 1, CLOUDWATCH)
OWN_METRIC_MONTH = Price(0.30, 1, CLOUDWATCH)
DASHBOARD_MONTH = Price(3, 1, CLOUDWATCH)
