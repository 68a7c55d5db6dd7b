"""Messages arrive: with people as files in the inbox, with machines in their queue."""

import email
import email.policy
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from darkroom.local.events.inbox import Inbox
from tests.embedded.bare_aws import BareAws

BODY = {
    "default": "for anyone",
    "email": "Dear Ann,\n\nyour photo ü is ready.\n",
    "sms": "ready",
    "sqs": '{"version": 1}',
}


def topic(bare: BareAws) -> str:
    return str(bare.aws.client("sns").create_topic(Name=f"topic-{uuid.uuid4().hex[:8]}")["TopicArn"])


def publish(bare: BareAws, arn: str, **more: Any) -> None:
    more = {"Message": json.dumps(BODY), "MessageStructure": "json", "Subject": "A subject with ü", **more}
    bare.aws.client("sns").publish(TopicArn=arn, **more)


def arrived(inbox: Path, before: set[Path]) -> list[Path]:
    return sorted(set(inbox.iterdir()) - before)


def test_people_get_files_that_a_person_can_open(bare: BareAws, inbox: Path) -> None:
    before, arn = set(inbox.iterdir()), topic(bare)
    sns = bare.aws.client("sns")
    subscribed = sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="ann@example.org", ReturnSubscriptionArn=True)
    sns.subscribe(TopicArn=arn, Protocol="sms", Endpoint="+15555550100")
    sns.subscribe(TopicArn=arn, Protocol="email-json", Endpoint="bot@example.org")
    attributes = sns.get_subscription_attributes(SubscriptionArn=subscribed["SubscriptionArn"])["Attributes"]
    assert attributes["PendingConfirmation"] == "false"
    publish(bare, arn)
    letter, text, machine = arrived(inbox, before)
    message = email.message_from_bytes(letter.read_bytes(), policy=email.policy.default)
    assert (message["To"], message["Subject"]) == ("ann@example.org", "A subject with ü")
    assert message.get_content() == BODY["email"]
    assert (text.suffix, text.read_text()) == (".txt", "To: +15555550100\n\nready\n")
    envelope = json.loads(email.message_from_bytes(machine.read_bytes(), policy=email.policy.default).get_content())
    assert (envelope["Message"], envelope["Subject"]) == ("for anyone", "A subject with ü")


def test_a_plain_message_goes_to_all_as_it_is(bare: BareAws, inbox: Path) -> None:
    before, arn = set(inbox.iterdir()), topic(bare)
    bare.aws.client("sns").subscribe(TopicArn=arn, Protocol="email", Endpoint="ann@example.org")
    bare.aws.client("sns").publish(TopicArn=arn, Message="plain")
    (letter,) = arrived(inbox, before)
    message = email.message_from_bytes(letter.read_bytes(), policy=email.policy.default)
    assert (message.get_content(), message["Subject"]) == ("plain\n", "AWS Notification Message")


def test_messages_that_are_there_already_stay(bare: BareAws, tmp_path: Path) -> None:
    earlier = tmp_path / "0041.eml"
    earlier.write_bytes(b"earlier")
    arn = topic(bare)
    bare.aws.client("sns").subscribe(TopicArn=arn, Protocol="sms", Endpoint="+15555550100")
    with Inbox(tmp_path).installed():
        publish(bare, arn)
    assert earlier.read_bytes() == b"earlier"
    assert arrived(tmp_path, {earlier}) == [tmp_path / "0042.txt"]


@pytest.mark.parametrize("subject", ["two\nlines", "x" * 100])
def test_a_subject_that_sns_refuses_is_refused(bare: BareAws, inbox: Path, subject: str) -> None:
    before, arn = set(inbox.iterdir()), topic(bare)
    bare.aws.client("sns").subscribe(TopicArn=arn, Protocol="email", Endpoint="ann@example.org")
    with pytest.raises(ClientError, match="Subject"):
        publish(bare, arn, Subject=subject)
    assert arrived(inbox, before) == []


def test_filter_policies_hold_for_people_too(bare: BareAws, inbox: Path) -> None:
    before, arn = set(inbox.iterdir()), topic(bare)
    policy = {"FilterPolicy": json.dumps({"status": ["FAILED"]})}
    bare.aws.client("sns").subscribe(TopicArn=arn, Protocol="email", Endpoint="a@example.org", Attributes=policy)
    for status in ("COMPLETED", "FAILED"):
        attributes = {"status": {"DataType": "String", "StringValue": status}}
        publish(bare, arn, Subject=status, MessageAttributes=attributes)
    (letter,) = arrived(inbox, before)
    assert email.message_from_bytes(letter.read_bytes())["Subject"] == "FAILED"


def test_queues_get_what_is_meant_for_them(bare: BareAws) -> None:
    arn, (raw_url, raw), (wrapped_url, wrapped) = topic(bare), bare.queue(), bare.queue()
    sns = bare.aws.client("sns")
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=raw, Attributes={"RawMessageDelivery": "true"})
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=wrapped)
    attributes = {"status": {"DataType": "String", "StringValue": "COMPLETED"}}
    publish(bare, arn, MessageAttributes=attributes)
    (message,) = bare.messages(raw_url)
    assert message["Body"] == BODY["sqs"]
    assert message["MessageAttributes"]["status"]["StringValue"] == "COMPLETED"
    (message,) = bare.messages(wrapped_url)
    envelope = json.loads(message["Body"])
    assert (envelope["Message"], envelope["Subject"]) == (BODY["sqs"], "A subject with ü")
    assert envelope["MessageAttributes"]["status"]["Value"] == "COMPLETED"
