"""NotifyResult and NotifyFailure: notifies the subscribers of the SNS topic how an execution ended."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import TypeAdapter

from functions.notify.compose import AnnounceSuccess, Linker, Request, failure_message, success_message, uploaded_at
from functions.notify.message import Link, Message
from functions.notify.message_text import envelope, subject
from functions.notify.settings import Settings
from functions.shared.alarm_metrics import counting_expected_errors, time_message
from functions.shared.aws import client, translated
from functions.shared.contracts import Notified
from functions.shared.settings import load

MAX_ATTRIBUTE_CHARACTERS = 256

logger = Logger()


@cache
def settings() -> Settings:
    """Return the settings of the environment, read at the first invocation."""
    return load(Settings)


def linker(bucket: str, seconds: int) -> Linker:
    """Return what makes links that open an object of the bucket, by its key, without further permission."""
    expires_at = datetime.now(UTC) + timedelta(seconds=seconds)

    def link(key: str) -> Link:
        where = {"Bucket": bucket, "Key": key}
        url = client("s3").generate_presigned_url("get_object", Params=where, ExpiresIn=seconds)
        return Link(url=url, expires_at=expires_at)

    return link


def compose(request: Request) -> Message:
    """Return the message that the request asks for."""
    if not isinstance(request, AnnounceSuccess):
        return failure_message(request)
    return success_message(request, link=linker(request.enhanced.bucket, settings().link_seconds))


def publish(message: Message) -> str:
    """Publish to the topic and return the message's id; raises TransientServiceError or ServiceRefusedError."""
    with translated("sns:Publish"):
        response = client("sns").publish(
            TopicArn=settings().topic_arn,
            Subject=subject(message),
            Message=envelope(message),
            MessageStructure="json",
            MessageAttributes={
                "status": {"DataType": "String", "StringValue": message.status},
                "user_id": {"DataType": "String", "StringValue": message.user_id[:MAX_ATTRIBUTE_CHARACTERS]},
            },
        )
    return response["MessageId"]


@counting_expected_errors
@logger.inject_lambda_context(correlation_id_path="execution.Id")
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Publish one message, of the kind that `action` names.

    in:  {"action": "announce-success", "image": {..}, "enhanced": {..}, "execution": {..}}
    in:  {"action": "announce-failure", "state": {<the event>, "failure": {..}, ..}, "execution": {..}}
    out: {"message_id": "6a1f..", "redrive_count": 0}
    """
    request: Request = TypeAdapter(Request).validate_python(event)
    message_id = publish(compose(request))
    if since := uploaded_at(request):
        time_message(since)
    logger.info("Message published.", extra={"action": request.action, "message_id": message_id})
    notified = Notified(message_id=message_id, redrive_count=request.execution.redrive_count)
    return notified.model_dump(mode="json")
