"""What the functions print says nothing of persons, and opens nothing."""

import re

from tests.photos import jpeg
from tests.workflow.world import World

TELLTALES = re.compile(r"X-Amz-|Signature=|@example\.com|AKIA|ASIA|JFIF")


def test_no_log_line_holds_a_signed_link_or_an_address_or_a_key(world: World) -> None:
    person = {"user-id": "ada@example.com"}
    for body in (jpeg(), b"no photo"):
        world.run_of(world.upload(body, **person))
    lines = list(world.log_lines())
    assert sum("Message published." in line for line in lines) >= 2
    assert [line for line in lines if TELLTALES.search(line)] == []


def test_every_line_of_ours_names_its_execution(world: World) -> None:
    run = world.run_of(world.upload(jpeg()))
    ours = [line for line in world.log_lines() if run.arn in line]
    assert len(ours) == 4
