"""`make bench-backfill`: a plan is applied, interrupted and applied again; it fails unless each photo is made once."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from darkroom.__main__ import main as darkroom
from darkroom.command_errors import CommandError
from darkroom.command_line import run
from verification.benchmarks_document import DOCUMENT, circumstances, write_section
from verification.harness.deployed import running_harness
from verification.harness.uploads import NOT_A_PHOTO, small_photo

if TYPE_CHECKING:
    from rich.console import Console

    from verification.harness.harness import Harness

PREFIX = "backfill/"
SETTLED_SECONDS = 2
# Of the photos, so many have begun when the first run is stopped.
INTERRUPTED_AT = 0.3
ONE_IN_NO_PHOTO = 100
TEXT = """`make bench-backfill`, {circumstances}

{count} objects (small JPEGs; one in a hundred is no photo) that were in the bucket before there was a rule: planned in
{planning:.0f} s, applied, stopped by `darkroom backfill stop` when {begun} of them had begun, and applied again.
{counts}. Each has one execution, {executions} in all, and none was started twice. From the first `apply` to the last
photo: {seconds:.0f} s, {rate:.1f} photos a second on {cores} cores.
"""


class UnaccountedPhotoError(CommandError):
    """Photos were lost, or made twice; the message says how many."""


@dataclass
class Backfill:
    """One deployment whose photos came before its rule, and the command that works them off."""

    harness: Harness
    plan: Path
    keys: list[str] = field(default_factory=list)

    def fill(self, count: int) -> None:
        """Upload photos that nobody hears of."""
        deployment = self.harness.deployment
        self.harness.aws.client("events").disable_rule(Name=deployment.rule_name)
        photo = small_photo(40)
        for number in range(count):
            body = NOT_A_PHOTO if number % ONE_IN_NO_PHOTO == ONE_IN_NO_PHOTO - 1 else photo
            self.keys.append(self.harness.upload(body, f"{PREFIX}{number:06}.jpg"))
        time.sleep(SETTLED_SECONDS)

    def say(self, action: str, *arguments: str) -> Any:
        """Call `darkroom backfill`; return the document that it prints. Raises UnaccountedPhotoError without one."""
        aws = self.harness.aws
        flags = ("--project", self.harness.deployment.project, "--region", aws.region)
        printed = io.StringIO()
        with redirect_stdout(printed):
            status = darkroom(["backfill", action, *arguments, "--json", *flags, "--endpoint-url", aws.endpoint_url])
        if not printed.getvalue():
            raise UnaccountedPhotoError(f"darkroom backfill {action} ended with status {status}")
        return json.loads(printed.getvalue())

    def interrupt(self, begun: int) -> int:
        """Apply the plan, and stop it when so many photos have begun; return how many had."""
        self.say("apply", str(self.plan), "--yes", "--rate", "20")
        while len(self.executions()) < begun:
            time.sleep(0.2)
        self.say("stop", "--yes")
        return len(self.executions())

    def executions(self) -> Counter[str]:
        """Return how many executions each photo has had."""
        started = self.harness.recorder.started
        return Counter({key: len(arns) for (_, key), arns in started.items() if key.startswith(PREFIX)})


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the backfill; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m verification.load.backfill_load", description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=2000, help="how many photos (default: %(default)s)")
    return run(parser.parse_args(arguments), "backfill", _run)


def _run(options: argparse.Namespace, console: Console) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        os.environ[name] = "operator"
    with running_harness(wait_scale=0.002) as harness, tempfile.TemporaryDirectory() as folder:
        text = _measured(Backfill(harness, Path(folder) / "plan.json"), options.count)
    write_section(DOCUMENT, "Backfill", text)
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def _measured(backfill: Backfill, count: int) -> str:
    backfill.fill(count)
    started = time.monotonic()
    planned = backfill.say("plan", "--prefix", PREFIX, "--settled-after", "1s", "--out", str(backfill.plan))
    planning = time.monotonic() - started
    if planned["estimate"]["photos"] != count:
        raise UnaccountedPhotoError(f"{planned['estimate']['photos']} of {count} photos were planned")
    started = time.monotonic()
    begun = backfill.interrupt(int(count * INTERRUPTED_AT))
    over = backfill.say("apply", str(backfill.plan), "--yes", "--rate", "20", "--wait")
    seconds = time.monotonic() - started
    executions = backfill.executions()
    _require_once(backfill, over, executions)
    return TEXT.format(
        circumstances=circumstances("moto"),
        count=count,
        planning=planning,
        begun=begun,
        counts=", ".join(f"{number} {what}" for what, number in over["counts"].items()).capitalize(),
        executions=executions.total(),
        seconds=seconds,
        rate=count / seconds,
        cores=os.cpu_count(),
    )


def _require_once(backfill: Backfill, over: Any, executions: Counter[str]) -> None:
    """Raise UnaccountedPhotoError unless every photo has one execution, and an outcome that is its own."""
    broken = len(backfill.keys) // ONE_IN_NO_PHOTO
    wanted = {"done": len(backfill.keys) - broken, "failed": broken}
    if over["counts"] != {what: number for what, number in wanted.items() if number}:
        raise UnaccountedPhotoError(f"the photos ended as {over['counts']}, and should have as {wanted}")
    twice = [key for key in backfill.keys if executions[key] != 1]
    if twice:
        raise UnaccountedPhotoError(f"{len(twice)} photos had none or several executions, such as {twice[0]}")


if __name__ == "__main__":
    sys.exit(main())
