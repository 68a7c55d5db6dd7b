"""One message, three renderings, safe for any key."""

import json
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from functions.notify.compose import Request, failure_message, success_message, uploaded_at
from functions.notify.message import Failed, Link, Message
from functions.notify.message_text import MAX_SMS_CHARACTERS, email, envelope, machine, shorten, sms, subject
from functions.shared.errors import DarkroomError
from functions.shared.workflow import FAILURE_BRANCH, STEPS
from tests.definitions import ROOT, event
from tests.unit.samples import ENHANCED, EXECUTION, FAILURE, IMAGE, dumped

SCHEMA = json.loads((ROOT / "functions" / "notify" / "message.schema.json").read_text())
EXPIRES_AT = datetime(2026, 1, 31, 13, tzinfo=UTC)
SHORT_URL = "https://photos.example/enhanced/beach.jpg?X-Amz-Signature=5e1f"
AWKWARD_KEYS = [
    "a\nb\r\nSubject: spam.jpg",
    "ünïcode/写真/🌅.jpg",
    "x" * 1024,
    "tab\tand\x00nul\x1b[31m.jpg",
    "\u202egpj.exe",
    "%2B+ %0A.jpg",
    '"quoted"\\.jpg',
]


def request(action: str, **more: Any) -> Any:
    adapter: TypeAdapter[Any] = TypeAdapter(Request)
    return adapter.validate_python({"action": action, "execution": EXECUTION, **more})


def succeeded(key: str = "holiday/beach.jpg", url: str = SHORT_URL, **enhanced: Any) -> Message:
    image = IMAGE.model_copy(update={"image_id": key, "key": key})
    asked = request("announce-success", image=dumped(image), enhanced={**dumped(ENHANCED), **enhanced})
    return success_message(asked, link=lambda key: Link(url=f"{url}&key={key}", expires_at=EXPIRES_AT))


def failed(error: str = "CorruptImageError", key: str = "holiday/beach.jpg", **state: Any) -> Message:
    failure = {**FAILURE, "Error": error}
    return failure_message(request("announce-failure", state={**event(key=key), "failure": failure, **state}))


def test_the_success_mail_has_the_link_and_says_until_when() -> None:
    text = email(succeeded())
    assert SHORT_URL in text
    assert "2026-01-31 13:00 UTC at the latest" in text
    assert "4000 x 3000 pixels, JPEG, 4.2 MB" in text
    assert "Adjusted the exposure (+0.5 stops)." in text


def test_the_failure_mail_says_what_why_and_how_to_run_it_again() -> None:
    text = email(failed("TransientServiceError"))
    assert "Failed step: ValidateImage" in text
    assert "Error: TransientServiceError" in text
    assert "Why: The JPEG is cut short." in text
    assert f"aws stepfunctions redrive-execution --execution-arn {EXECUTION['Id']}" in text
    assert "https://eu-central-1.console.aws.amazon.com/states/home" in text


@pytest.mark.parametrize("error", ["CorruptImageError", "UnsupportedImageError", "ImageTooLargeError"])
def test_the_advice_for_a_broken_photo_is_another_upload_and_no_redrive(error: str) -> None:
    assert "pload a" in email(failed(error))
    assert "redrive-execution" not in email(failed(error))


def test_a_failed_message_about_an_enhanced_photo_says_that_the_photo_is_there() -> None:
    recorded = {"image_id": "a", "status": "COMPLETED", "timestamp": "2026-01-31T12:00:00Z", "attempt": 1}
    message = failed(image=dumped(IMAGE), enhanced=dumped(ENHANCED), recorded=recorded)
    assert "is enhanced, but the message about it failed" in email(message)
    assert "s3://photos/enhanced/holiday/beach.jpg" in email(message)


def test_a_failure_after_the_copy_was_made_does_not_claim_that_the_photo_is_recorded() -> None:
    message = failed(image=dumped(IMAGE), enhanced=dumped(ENHANCED))
    assert "could not be enhanced" in email(message)


def test_the_user_of_a_failure_is_the_recorded_one_or_the_uploader() -> None:
    assert failed().user_id == "123456789012"
    assert failed(image=dumped(IMAGE)).user_id == "ada"


@pytest.mark.parametrize("key", AWKWARD_KEYS)
@pytest.mark.parametrize("make", [succeeded, failed])
def test_any_key_gives_a_legal_message(make: Any, key: str) -> None:
    message = make(key=key)
    assert len(subject(message)) < 100
    assert subject(message).isprintable()
    assert sms(message).isprintable()
    assert len(sms(message)) <= MAX_SMS_CHARACTERS
    assert "\x1b" not in email(message)
    assert "\nSubject:" not in email(message)
    assert json.loads(machine(message))["image_id"] == key


@pytest.mark.parametrize("message", [succeeded(), failed()], ids=["success", "failure"])
def test_the_document_for_machines_is_what_the_schema_says(message: Message) -> None:
    document = json.loads(machine(message))
    jsonschema.validate(document, SCHEMA)
    assert document["version"] == "1"


def test_the_schema_in_the_repository_is_the_models() -> None:
    assert Message.model_json_schema() == SCHEMA


def test_the_envelope_gives_each_protocol_its_rendering() -> None:
    parts = json.loads(envelope(succeeded()))
    assert parts["email"] == email(succeeded())
    assert parts["sms"] == sms(succeeded())
    assert json.loads(parts["default"])["status"] == "COMPLETED"


# 3GPP TS 23.038, 6.2.1, without the line breaks; the second line is the extension, of two places each.
GSM = frozenset(
    "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
    "^{}\\[~]|€"
)
UNSEEN = ["\n", "\x00", "\x1b", "\u202e", "\u202f", "\xa0", "\x85", "\u2028", "\ufeff"]
GSM_KEYS = st.text(st.sampled_from([*sorted(GSM), *UNSEEN]), min_size=1, max_size=1024)


def errors() -> list[str]:
    classes = [DarkroomError]
    for kind in classes:
        classes.extend(kind.__subclasses__())
    return [kind.__name__ for kind in classes] + [
        "States.Timeout",
        "Lambda.Unknown",
        "ExecutionAborted",
        "Runtime.ExitError",
    ]


@given(GSM_KEYS)
@example("a.jpg")
@example("u" * 61 + ".jpg")
@example("Screenshot 2026-11-28 at 9.41.00\u202fAM.png")
@example("u\u0308bung.jpg")
def test_a_text_message_stays_in_the_gsm_alphabet_for_any_key_that_does(key: str) -> None:
    assert set(sms(succeeded(key))) <= GSM
    assert set(sms(failed(key=key))) <= GSM


@pytest.mark.parametrize("error", errors())
@pytest.mark.parametrize(
    "state", [*(step.state for step in STEPS), *(step.state for step in FAILURE_BRANCH), "unknown"]
)
def test_a_text_message_about_any_failure_stays_in_the_gsm_alphabet(state: str, error: str) -> None:
    message = failed().model_copy(update={"failed": Failed(state=state, error=error, message="…")})
    assert set(sms(message)) <= GSM


def test_a_key_beyond_the_gsm_alphabet_is_written_as_it_is() -> None:
    assert "写真 🌅.jpg is enhanced" in sms(succeeded("写真 🌅.jpg"))
    assert "[`a`].jpg is enhanced" in sms(succeeded("[`a`].jpg"))


def test_a_long_key_keeps_both_ends_in_a_text_message() -> None:
    assert "Darkroom: " + "u" * 28 + "..." + "u" * 25 + ".jpg is enhanced." in sms(succeeded("u" * 61 + ".jpg"))


def test_the_longest_error_leaves_the_message_within_its_limit() -> None:
    assert len(sms(failed("~" * 30_000, key="~" * 1024))) < 400


@pytest.mark.parametrize(("filler", "fits"), [("s", True), ("~", False)])
def test_a_character_that_takes_two_places_is_counted_twice(filler: str, fits: bool) -> None:
    url = "https://x.example/" + filler * 1000
    assert (url in sms(succeeded(url=url))) is fits


def test_a_link_too_long_for_an_sms_is_left_out_whole() -> None:
    assert SHORT_URL in sms(succeeded())
    assert "https" not in sms(succeeded(url="https://x.example/" + "s" * 1600))


THUMB = {"key": "enhanced/enhanced/thumb/a.jpg.webp", "url": "https://photos.example/thumb", "format": "WEBP"}
RENDITIONS = {"thumb": {**THUMB, "width": 320, "height": 240, "bytes": 12_345}}


def test_renditions_are_linked_in_the_mail_and_in_the_document() -> None:
    message = succeeded(renditions=RENDITIONS)
    line = "thumb (320 x 240 pixels, WEBP, 12 KB): "
    assert f"{line}{SHORT_URL}&key=enhanced/enhanced/thumb/a.jpg.webp" in email(message)
    document = json.loads(machine(message))
    jsonschema.validate(document, SCHEMA)
    thumb = document["photo"]["renditions"]["thumb"]
    assert thumb["link"]["url"] == f"{SHORT_URL}&key={THUMB['key']}"
    assert (thumb["key"], thumb["width"], thumb["bytes"]) == (THUMB["key"], 320, 12_345)
    assert "Smaller ones" not in email(succeeded())


def test_what_a_person_would_miss_in_the_copy_is_in_the_mail_and_in_the_document() -> None:
    message = succeeded(missed=["The original is animated."], dropped=["Some bits."])
    text = email(message)
    assert "The copy lacks something of it:\nThe original is animated.\n" in text
    assert "Some bits." not in text + machine(message)
    assert json.loads(machine(message))["photo"]["missed"] == ["The original is animated."]
    assert "lacks" not in email(succeeded(dropped=["Some bits."]))


def test_the_schema_refuses_a_rendition_without_its_key() -> None:
    document = json.loads(machine(succeeded(renditions=RENDITIONS)))
    del document["photo"]["renditions"]["thumb"]["key"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)


def test_a_failed_message_names_the_renditions_and_makes_no_link() -> None:
    recorded = {"image_id": "a", "status": "COMPLETED", "timestamp": "2026-01-31T12:00:00Z", "attempt": 1}
    enhanced = {**dumped(ENHANCED), "renditions": RENDITIONS}
    document = json.loads(machine(failed(image=dumped(IMAGE), enhanced=enhanced, recorded=recorded)))
    assert "link" not in document["photo"]["renditions"]["thumb"]


def test_shortening_keeps_both_ends() -> None:
    assert shorten("abcdefghij", 10) == "abcdefghij"
    assert shorten("abcdefghijk", 5) == "ab…jk"
    assert shorten("abcdefghijk", 8, "...") == "ab...ijk"


def test_an_expiry_is_given_in_utc() -> None:
    link = Link.model_validate({"url": SHORT_URL, "expires_at": "2026-01-31T14:00:00+01:00"})
    assert "2026-01-31 13:00 UTC" in email(succeeded().model_copy(update={"link": link}))


LATER = {"RedriveCount": 1}
ASKED = {"Input": {**event(), "rerun": {"of": "a"}}}


@pytest.mark.parametrize(
    ("execution", "is_timed"),
    [({}, True), ({"Input": event()}, True), ({"Input": ["x"]}, True), (LATER, False), (ASKED, False)],
)
def test_a_message_is_timed_from_the_upload_unless_an_operator_asked_for_it(
    execution: dict[str, Any], *, is_timed: bool
) -> None:
    of = {**EXECUTION, **execution}
    adapter: TypeAdapter[Any] = TypeAdapter(Request)
    success = {"action": "announce-success", "image": dumped(IMAGE), "enhanced": dumped(ENHANCED), "execution": of}
    failure = {"action": "announce-failure", "state": {**event(), "failure": FAILURE}, "execution": of}
    times = [uploaded_at(adapter.validate_python(asked)) for asked in (success, failure)]
    assert times == ([IMAGE.uploaded_at, datetime.fromisoformat(event()["time"])] if is_timed else [None, None])


def test_the_backstop_times_no_message_about_a_re_run() -> None:
    asked = request("announce-failure", state={**event(), "failure": FAILURE, "rerun": {"reason": "again"}})
    assert uploaded_at(asked) is None
