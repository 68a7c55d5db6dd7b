"""A message in three renderings: e-mail (subject and text), one line for SMS, JSON for machines. Pure."""

import json
import unicodedata
from datetime import UTC

from functions.notify.gsm_alphabet import ELLIPSIS, UNSEEN, places
from functions.notify.message import Failed, Link, Message, Photo, Rendition
from functions.shared.execution_arn import console_url
from functions.shared.printable import printable
from functions.shared.remedies import RerunHelps, remedy_of

MAX_SUBJECT_CHARACTERS = 99
MAX_SMS_CHARACTERS = 1600
MAX_NAME_CHARACTERS = 60
MAX_SMS_ERROR_CHARACTERS = 256  # as long as Step Functions lets one be
REDRIVE = "aws stepfunctions redrive-execution --execution-arn"


def subject(message: Message) -> str:
    """Return the e-mail's subject: one printable line under 100 characters, for any key."""
    outcome = "Photo enhanced" if message.status == "COMPLETED" else "Photo failed"
    return shorten(f"{outcome}: {printable(message.image_id)}", MAX_SUBJECT_CHARACTERS)


def email(message: Message) -> str:
    """Return the e-mail's text."""
    return _success_text(message) if message.status == "COMPLETED" else _failure_text(message)


def sms(message: Message) -> str:
    """Return one line of at most 1,600 characters; a link that does not fit is left out, never cut.

    It stays in the GSM alphabet, unless the key or the error's name is beyond it.
    """
    name = shorten(_sms_words(message.image_id), MAX_NAME_CHARACTERS, ELLIPSIS)
    if message.failed:
        error = shorten(_sms_words(message.failed.error), MAX_SMS_ERROR_CHARACTERS, ELLIPSIS)
        return f"Darkroom: {name} failed in {message.failed.state}: {error}"
    line = f"Darkroom: {name} is enhanced."
    with_link = f"{line} {message.link.url}" if message.link else line
    return with_link if places(with_link) <= MAX_SMS_CHARACTERS else line


def machine(message: Message) -> str:
    """Return the JSON document that message.schema.json describes."""
    return message.model_dump_json(exclude_none=True)


def envelope(message: Message) -> str:
    """Return the SNS message for MessageStructure=json: each protocol its rendering, machines the document."""
    return json.dumps({"default": machine(message), "email": email(message), "sms": sms(message)})


def shorten(text: str, max_characters: int, ellipsis: str = "…") -> str:
    """Return the text, its middle cut out if it is too long: a key is recognised by its beginning and its end."""
    if len(text) <= max_characters:
        return text
    left = max_characters - len(ellipsis)
    return f"{text[: left // 2]}{ellipsis}{text[len(text) - (left - left // 2) :]}"


def _sms_words(text: str) -> str:
    # macOS names files with accents apart from their letters, which the GSM alphabet has as one character.
    return unicodedata.normalize("NFC", printable(text, UNSEEN))


def _success_text(message: Message) -> str:
    parts = [f"Your photo {printable(message.image_id)} was enhanced."]
    if message.photo:
        parts.append(_photo_lines(message.photo))
    if message.photo and message.photo.missed:
        parts.append(_missed_lines(message.photo))
    if message.link:
        parts.append(_link_lines(message.link))
    if message.photo and message.photo.renditions:
        parts.append(_rendition_lines(message.photo))
    return "\n\n".join(parts) + "\n"


def _photo_lines(photo: Photo) -> str:
    size = _size(photo)
    done = f"\n{printable(photo.done)}" if photo.done else ""
    return f"{size}{done}\nIt lies at s3://{photo.bucket}/{printable(photo.key)}"


def _missed_lines(photo: Photo) -> str:
    return "\n".join(("Your upload stays as it is. The copy lacks something of it:", *map(printable, photo.missed)))


def _rendition_lines(photo: Photo) -> str:
    places = {
        name: made.link.url if made.link else f"s3://{photo.bucket}/{printable(made.key)}"
        for name, made in photo.renditions.items()
    }
    lines = (f"{name} ({_size(made)}): {places[name]}" for name, made in photo.renditions.items())
    return "\n".join(("Smaller ones, whose links end at the same time:", *lines))


def _size(picture: Photo | Rendition) -> str:
    amount = picture.bytes / 1000
    size = f"{amount:.0f} KB" if amount < 1000 else f"{amount / 1000:.1f} MB"
    return f"{picture.width} x {picture.height} pixels, {picture.format}, {size}"


def _link_lines(link: Link) -> str:
    end = f"{link.expires_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"Open it: {link.url}\nThis link ends at {end} at the latest, perhaps sooner; the photo stays."


def _failure_text(message: Message) -> str:
    name = printable(message.image_id)
    failed = message.failed or Failed(state="unknown", error="unknown", message="unknown")
    opening = f"The photo {name} could not be enhanced. The upload itself is untouched."
    if message.photo:
        opening = f"The photo {name} is enhanced, but the message about it failed.\n{_photo_lines(message.photo)}"
    return "\n\n".join((opening, _failure_lines(failed), _what_to_do(failed, message.execution_arn))) + "\n"


def _failure_lines(failed: Failed) -> str:
    reason = printable(" ".join(failed.message.split()))
    return f"Failed step: {failed.state}\nError: {printable(failed.error)}\nWhy: {reason}"


def _what_to_do(failed: Failed, execution_arn: str) -> str:
    remedy = remedy_of(failed.error)
    if remedy.rerun_helps is RerunHelps.NO:
        how = ". This upload would fail again."
    else:
        # By its execution, for a key may hold what no shell passes on.
        rerun, redrive = f"darkroom rerun {execution_arn}", f"{REDRIVE} {execution_arn}"
        how = f".\nTo run it again, press Redrive on the execution's page, or call\n{rerun}\nor\n{redrive}"
    look = f"What happened, state by state:\ndarkroom show {execution_arn}"
    return f"What to do: {remedy.advice}{how}\n\n{look}\n{console_url(execution_arn)}"
