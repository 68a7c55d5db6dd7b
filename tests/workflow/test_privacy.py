"""Logs and messages say nothing of persons, and open nothing but what a subscriber may open.

The fixture `embedded_aws` looks through all logs, causes and state data of all tests with the same eyes, at its end.
"""

import json
import re
import uuid

import pytest

from tests.definitions import ROOT
from tests.photos import jpeg
from tests.privacy import causes, indiscretions, log_lines, state_data, telltales
from verification.harness.harness import Harness


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("https://b.s3.amazonaws.com/k?X-Amz-Signature=12ab", "a signed link"),
        ("https://b.s3.amazonaws.com/k?AWSAccessKeyId=x&Signature=12ab", "a signed link"),
        ('{"user": "ada.lovelace+photos@mail.example.com"}', "an e-mail address"),
        ("key ASIAX7Q2", "an access key"),
        (str(jpeg()[:40]), "bytes of a file"),
        (jpeg()[:40].decode(errors="replace"), "bytes of a file"),
        ("A" * 300, "a long piece of Base64"),
    ],
)
def test_an_indiscretion_is_seen(line: str, what: str) -> None:
    assert what in telltales(line)


def test_an_honest_line_is_none() -> None:
    arn = "arn:aws:states:us-east-1:123456789012:execution:darkroom-pipeline:0b1c_2d3e"
    line = {"level": "INFO", "correlation_id": arn, "message": "Photo is valid.", "key": "holiday/beach-2x.jpg"}
    assert telltales(json.dumps(line)) == ()


PERSON = {"user-id": "ada@example.com"}


@pytest.mark.parametrize(
    ("body", "more"),
    [(jpeg(), {}), (b"no photo", {}), (jpeg(), {"preset": "ada@example.com"}), (jpeg(), {"strength": "https://a/b?c"})],
    ids=["a photo", "no photo", "a person as preset", "a link as strength"],
)
def test_persons_and_links_stay_out_of_logs_and_causes(harness: Harness, body: bytes, more: dict[str, str]) -> None:
    run = harness.run_of(harness.upload(body, f"ada@example.com/{uuid.uuid4()}.jpg", **PERSON, **more))
    assert any(run.arn in line for line in log_lines())
    assert indiscretions() == []


@pytest.mark.parametrize(
    ("function", "service", "operation"),
    [("enhance", "s3", "PutObject"), ("record", "dynamodb", "UpdateItem"), ("notify", "sns", "Publish")],
)
def test_a_refused_call_names_nobody(harness: Harness, function: str, service: str, operation: str) -> None:
    with harness.aws.faults.refuse(
        service, operation, caller=f"darkroom-{function}", error_code="AccessDenied", status=403
    ):
        run = harness.run_of(harness.upload(jpeg(), **PERSON))
    assert run.status == "FAILED"
    assert indiscretions() == []


def test_causes_and_state_data_are_looked_through(harness: Harness) -> None:
    run = harness.run_of(harness.upload(b"no photo", **PERSON))
    assert any("not like a photo" in cause for cause in causes())
    assert any(run.arn.rpartition(":")[2] in data for data in state_data())


def test_the_state_machines_log_no_execution_data() -> None:
    """Of errors alone, and without what users and photos are called."""
    terraform = (ROOT / "terraform" / "workflow.tf").read_text()
    assert re.findall(r"include_execution_data += (\w+)", terraform) == ["false"]
    assert re.findall(r'level +=  ?"(\w+)"', terraform) == ["ERROR"]


def test_a_message_holds_one_link_on_success_and_none_on_failure(harness: Harness) -> None:
    fine, failed = harness.upload(jpeg()), harness.upload(b"no photo")
    for key in (fine, failed):
        harness.run_of(key)
    [success], [failure] = harness.messages(fine), harness.messages(failed)
    assert telltales(success["link"].pop("url"))
    assert telltales(json.dumps(success)) == telltales(json.dumps(failure)) == ()


def test_a_record_holds_no_signed_link(harness: Harness) -> None:
    key = harness.upload(jpeg())
    harness.run_of(key)
    assert telltales(json.dumps(harness.record(key), default=str)) == ()


def test_every_line_of_ours_names_its_execution_and_its_trace(harness: Harness) -> None:
    run = harness.run_of(harness.upload(jpeg()))
    ours = [line for line in harness.log_lines() if run.arn in line]
    assert len(ours) == 4
    assert all(json.loads(line)["xray_trace_id"].startswith("1-") for line in ours)
