"""AWS for the commands: clients as the `aws` command has them, and what went wrong in one sentence with its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
from botocore import exceptions
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from darkroom.command_errors import CommandError
from functions.shared.aws import s3_options

LOG_IN = "log in (`aws sso login`, or `aws configure`) and check with `aws sts get-caller-identity`"
# Where nothing answers, a person should not wait for long; connecting takes far less than a second.
CONNECT_SECONDS = 10
UNREACHABLE = "{endpoint_url} does not answer: check the connection, the Region and AWS_ENDPOINT_URL"
# The first kind that an exception is of; botocore's details fill in the names.
CLIENT_SIDE: tuple[tuple[type[BotoCoreError], str], ...] = (
    (exceptions.NoRegionError, "no Region is set: set AWS_DEFAULT_REGION, or choose a profile with AWS_PROFILE"),
    (exceptions.InvalidRegionError, "{region_name!r} is no Region: correct AWS_DEFAULT_REGION or the profile"),
    (exceptions.ProfileNotFound, "there is no profile {profile!r}: correct AWS_PROFILE, `aws configure list-profiles`"),
    (exceptions.NoCredentialsError, f"no AWS credentials were found: {LOG_IN}"),
    (exceptions.PartialCredentialsError, "the AWS credentials lack {cred_var}: set it too, or neither of the two"),
    (exceptions.CredentialRetrievalError, f"the AWS credentials could not be read from {{provider}}: {LOG_IN}"),
    (exceptions.SSOError, f"the login to AWS has run out: {LOG_IN}"),
    (exceptions.LoginError, f"the login to AWS has run out: {LOG_IN}"),
    (exceptions.TokenRetrievalError, f"the login to AWS has run out: {LOG_IN}"),
    (exceptions.SSLError, "the certificate of {endpoint_url} is not trusted: check the proxy and AWS_CA_BUNDLE"),
    (exceptions.ProxyConnectionError, "the proxy {proxy_url} does not answer: correct HTTPS_PROXY"),
    (exceptions.ConnectionError, UNREACHABLE),
    (exceptions.HTTPClientError, UNREACHABLE),
)
EXPIRED = f"the AWS credentials have expired: {LOG_IN}"
UNKNOWN = f"AWS does not know these credentials: {LOG_IN}"
DENIED = "these credentials may not call {operation} ({code}: {message}): ask for the permission, or use others"
MISSING_QUEUE = "there is no such queue in this account and Region: copy its URL from `aws sqs list-queues`"
MISSING_MACHINE = "there is no such state machine in this account and Region: correct its ARN"
MISSING_EXECUTION = "Step Functions knows no such execution in this account and Region: it keeps them for 90 days"
BUSY = "AWS limits how often {operation} may be called: wait a minute and run the command again"
SERVER_SIDE = {
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "RequestExpired"), EXPIRED),
    **dict.fromkeys(("InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId"), UNKNOWN),
    **dict.fromkeys(("SignatureDoesNotMatch", "InvalidSignatureException"), UNKNOWN),
    **dict.fromkeys(("AccessDenied", "AccessDeniedException", "403"), DENIED),
    **dict.fromkeys(("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"), MISSING_QUEUE),
    "StateMachineDoesNotExist": MISSING_MACHINE,
    "ExecutionDoesNotExist": MISSING_EXECUTION,
    **dict.fromkeys(("Throttling", "ThrottlingException", "TooManyRequestsException"), BUSY),
}


class AwsError(CommandError):
    """AWS could not be asked, or refused; the message says why and what to do."""


@dataclass(frozen=True)
class AwsOptions:
    """What stands in for the profile, the Region and the endpoint of the `aws` command where it is given."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None

    @cached_property
    def session(self) -> Any:
        """The session of these options; one for all clients, for each reads the models of its services anew."""
        return boto3.session.Session(profile_name=self.profile, region_name=self.region)


def client(service: str, *, attempts: int = 3, options: AwsOptions | None = None) -> Any:
    """Return the client of a service; credentials, Region and endpoint are those of the `aws` command.

    Raises AwsError where they are missing or wrong. `attempts` counts the first call too.
    """
    options = options or AwsOptions()
    config = Config(
        retries={"mode": "standard", "total_max_attempts": attempts},
        connect_timeout=CONNECT_SECONDS,
        # For links, as the functions sign them.
        signature_version="s3v4" if service == "s3" else None,
        s3=s3_options(options.endpoint_url) if service == "s3" else None,
    )
    with explained():
        try:
            return options.session.client(service, config=config, endpoint_url=options.endpoint_url)
        except ValueError as error:
            # botocore raises it bare for an endpoint that is no URL; its own errors are not meant here.
            if isinstance(error, BotoCoreError):
                raise
            raise AwsError(f"{error}: correct AWS_ENDPOINT_URL, or unset it") from error


@contextmanager
def explained(error_class: Callable[[str], CommandError] = AwsError) -> Iterator[None]:
    """Turn botocore's exceptions into `error_class`, with one sentence that names the remedy."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise error_class(explanation(error)) from error


def explanation(error: BotoCoreError | ClientError) -> str:
    """Return what went wrong in one sentence, on one line."""
    if isinstance(error, ClientError):
        return _one_line(_of_service(error))
    details = {"endpoint_url": "AWS", "provider": "their source", "proxy_url": "of HTTPS_PROXY", **error.kwargs}
    for kind, sentence in CLIENT_SIDE:
        if isinstance(error, kind):
            return _one_line(sentence.format(**details))
    return _one_line(str(error))


def _of_service(error: ClientError) -> str:
    code, message = (str(error.response.get("Error", {}).get(part, "")) for part in ("Code", "Message"))
    operation = error.operation_name
    # A code from the service's own model may come with its namespace.
    sentence = SERVER_SIDE.get(code) or SERVER_SIDE.get(code.rpartition("#")[2])
    if sentence:
        return sentence.format(operation=operation, code=code, message=message.rstrip("."))
    return f"AWS refused {operation} with {code}: {message}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
