"""Logs and messages say nothing of persons, and open nothing but what a subscriber may open.

The fixture `embedded_aws` scans every line that the functions printed in all tests with the same eyes, at its end.
"""

import json

import pytest

from tests.photos import jpeg
from tests.privacy import indiscretions, log_lines, telltales
from tests.workflow.world import World


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
    assert telltales(json.dumps(line)) == []


def test_persons_and_links_stay_out_of_the_logs(world: World) -> None:
    person = {"user-id": "ada@example.com"}
    for body in (jpeg(), b"no photo"):
        world.run_of(world.upload(body, **person))
    assert sum("Message published." in line for line in log_lines(world.aws)) >= 2
    assert indiscretions(world.aws) == []


def test_a_message_holds_one_link_on_success_and_none_on_failure(world: World) -> None:
    fine, failed = world.upload(jpeg()), world.upload(b"no photo")
    for key in (fine, failed):
        world.run_of(key)
    [success], [failure] = world.messages(fine), world.messages(failed)
    assert telltales(success["link"].pop("url")) != []
    assert telltales(json.dumps(success)) == telltales(json.dumps(failure)) == []


def test_a_record_holds_no_signed_link(world: World) -> None:
    key = world.upload(jpeg())
    world.run_of(key)
    assert telltales(json.dumps(world.record(key), default=str)) == []


def test_every_line_of_ours_names_its_execution(world: World) -> None:
    run = world.run_of(world.upload(jpeg()))
    ours = [line for line in world.log_lines() if run.arn in line]
    assert len(ours) == 4
