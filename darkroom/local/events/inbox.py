"""SNS for people: e-mail and SMS subscriptions deliver into a folder, as files that a person can open."""

import itertools
import json
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Any

from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import Subscription

from darkroom.local.seams import original, replaced

SENDER = "AWS Notifications <no-reply@sns.amazonaws.com>"
DEFAULT_SUBJECT = "AWS Notification Message"


class Inbox:
    """Writes `0001.eml` for e-mail (protocols email and email-json) and `0002.txt` for SMS, in order of arrival.

    Messages that are there already stay: the numbers go on after theirs.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        taken = (int(path.stem) for path in folder.glob("*.*") if path.stem.isdecimal())
        self._numbers = itertools.count(max(taken, default=0) + 1)

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Take e-mail and SMS, which moto drops; leave every other protocol to it."""
        publish = original(Subscription, "publish")
        self._folder.mkdir(parents=True, exist_ok=True)

        def deliver(subscription: Subscription, message: str, message_id: str, **details: Any) -> None:
            _check_subject(details.get("subject"))
            if subscription.protocol not in ("email", "email-json", "sms"):
                publish(subscription, message, message_id, **details)
                return
            matcher = subscription._filter_policy_matcher
            if matcher and not matcher.matches(details.get("message_attributes"), message):
                return
            if details.get("message_structure") == "json":
                message = subscription._parse_message_structure(message, subscription.protocol)
            self._deliver(subscription, message, message_id, details.get("subject"))

        with replaced(Subscription, "publish", deliver):
            yield

    def _deliver(self, subscription: Subscription, message: str, message_id: str, subject: str | None) -> None:
        if subscription.protocol == "sms":
            self._write("txt", f"To: {subscription.endpoint}\n\n{message}\n".encode())
            return
        if subscription.protocol == "email-json":
            message = _envelope(subscription.topic_arn, message, message_id, subject)
        email = EmailMessage()
        email["From"], email["To"] = SENDER, subscription.endpoint
        email["Subject"] = subject or DEFAULT_SUBJECT
        email["Date"], email["Message-ID"] = formatdate(), f"<{message_id}@sns.amazonaws.com>"
        # 8bit keeps the text legible also where no mail program opens it.
        email.set_content(message, cte="8bit")
        self._write("eml", email.as_bytes())

    def _write(self, kind: str, content: bytes) -> None:
        # Renamed when complete: whoever watches the folder never reads half a message.
        name = f"{next(self._numbers):04}.{kind}"
        draft = self._folder / f".{name}"
        draft.write_bytes(content)
        draft.rename(self._folder / name)


def _check_subject(subject: str | None) -> None:
    # SNS refuses these; moto checks the length alone.
    if subject is not None and (len(subject) > 99 or any(unicodedata.category(char) == "Cc" for char in subject)):
        raise SNSInvalidParameter("Invalid parameter: Subject")


def _envelope(topic_arn: str, message: str, message_id: str, subject: str | None) -> str:
    document = {"Type": "Notification", "MessageId": message_id, "TopicArn": topic_arn, "Message": message}
    if subject:
        document["Subject"] = subject
    return json.dumps(document, indent=2)
