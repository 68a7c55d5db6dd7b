"""AWS clients, made at their first use, and the translation of what they raise into Darkroom's errors."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Literal, overload

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's, which is no relative of Python's
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
)
from botocore.parsers import ResponseParserError
from urllib3.exceptions import HTTPError

from functions.shared.errors import DarkroomError, ServiceRefusedError, TransientServiceError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_sns.client import SNSClient
    from mypy_boto3_stepfunctions.client import SFNClient

# What S3 answers of an object or version that is gone: of a delete marker, 405.
GONE = frozenset({"404", "NoSuchKey", "NoSuchVersion", "405", "MethodNotAllowed"})
# Answers to a question that the caller put: a condition, or whether an object is there.
ANSWERS = GONE | {
    "ConditionalCheckFailedException", "ConditionalRequestConflict", "PreconditionFailed", "412", "InvalidRange", "416",
}  # fmt: skip
TRANSIENT_CODES = re.compile(
    "(?i)throttl|throughputexceeded|limitexceeded|slowdown|toomanyrequests|requesttimeout|internal|serviceunavailable"
    "|transactionconflict|transactioninprogress|replicatedwriteconflict|priorrequestnotcomplete"
)
# A broken connection may break again, a wrong parameter always does.
TRANSIENT_ERRORS = (HTTPClientError, ConnectionError, IncompleteReadError, FlexibleChecksumError)
# What botocore lets through unwrapped where the body of an error breaks off (it reads that outside its own guard), or
# where something else than the service answers. ssl's and socket's errors are OSErrors.
UNWRAPPED_ERRORS = (OSError, HTTPException, HTTPError, ResponseParserError)

_REMEDIES = (
    ("(?i)kms", "Let the function's role use the encryption key, and check that the key is enabled."),
    ("(?i)accessdenied|authoriz|forbidden|^403$", "Allow {operation} on this resource in the function's policy.json."),
    ("(?i)notfound|nosuchbucket", "Check that the resource exists and that the function's environment names it."),
    ("InvalidObjectState", "The object is archived: restore it from Glacier, then run this again."),
    ("(?i)token|credential|signature", "Check the credentials and the clock of whoever runs this."),
)
_making = threading.Lock()


@overload
def client(name: Literal["dynamodb"]) -> DynamoDBClient: ...
@overload
def client(name: Literal["s3"]) -> S3Client: ...
@overload
def client(name: Literal["sns"]) -> SNSClient: ...
@overload
def client(name: Literal["stepfunctions"]) -> SFNClient: ...
def client(name: str) -> Any:
    """Return the client of a service, the same one at every call; clients may be shared by threads."""
    # Making one is not safe among threads: boto3's default session is shared.
    with _making:
        return _client(name)


@contextmanager
def translated(operation: str) -> Iterator[None]:
    """Turn what a call raises into TransientServiceError or ServiceRefusedError; `operation` as in "s3:GetObject".

    The codes in ANSWERS pass as the ClientError that they are, for callers to catch inside. MemoryError and whatever is
    of no class that a connection raises, a defect of ours, pass too.
    """
    try:
        yield
    except ClientError as error:
        if _code(error) in ANSWERS:
            raise
        raise _translated(operation, error) from error
    except BotoCoreError as error:
        if isinstance(error.__context__, MemoryError):
            raise error.__context__ from None  # botocore takes it for an error of the connection
        kind = TransientServiceError if isinstance(error, TRANSIENT_ERRORS) else ServiceRefusedError
        raise kind(f"{operation}: {type(error).__name__}: {error}") from error
    except UNWRAPPED_ERRORS as error:
        raise TransientServiceError(f"{operation}: {type(error).__name__}: {error}") from error


def s3_options(endpoint_url: str | None = None) -> Any:
    """Have links name the Region's own endpoint: newer Regions' buckets do not answer at the global one."""
    # At an endpoint such as localhost there are no names of buckets: there botocore chooses.
    elsewhere = endpoint_url or any(name.startswith("AWS_ENDPOINT_URL") for name in os.environ)
    return {"addressing_style": "auto" if elsewhere else "virtual", "us_east_1_regional_endpoint": "regional"}


@cache
def _client(name: str) -> Any:
    make: Any = boto3.client
    config = Config(
        retries={"mode": "standard", "max_attempts": 3},
        connect_timeout=3,
        read_timeout=10,
        user_agent_extra="darkroom",
        # Links to objects that KMS encrypts have to be signed with version 4; boto3 signs links with version 2.
        signature_version="s3v4" if name == "s3" else None,
        s3=s3_options() if name == "s3" else None,
    )
    return make(name, config=config)


def _translated(operation: str, error: ClientError) -> DarkroomError:
    code, status = _code(error), error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    what = f"{operation} answered {code}: {error}"
    if status >= 500 or status == 429 or TRANSIENT_CODES.search(code):
        return TransientServiceError(what)
    remedy = next((words for pattern, words in _REMEDIES if re.search(pattern, code)), "")
    return ServiceRefusedError(f"{what} {remedy.format(operation=operation)}".strip())


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "Unknown"))
