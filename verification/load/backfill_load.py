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
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from darkroom.__main__ import main as darkroom
from darkroom.command_errors import CommandError
from darkroom.command_line import run
from functions.operate.polling import Polling
from verification.benchmarks_document import DOCUMENT, circumstances, write_section
from verification.harness.deployed import running_harness
from verification.harness.uploads import NOT_A_PHOTO, small_photo

if TYPE_CHECKING:
    from rich.console import Console

    from verification.harness.harness import Harness

# Younger uploads would be left to their own events.
SETTLED_AFTER = timedelta(seconds=1)
# Of the first run, which is interrupted.
MAX_SECONDS = 1800
# Photos a second, so many as two cores work off: what is started sooner only waits, in nine threads each.
RATE = 3
# Of the photos, so many have begun when the first run is stopped.
INTERRUPTED_AT = 0.3
ONE_IN_NO_PHOTO, ONE_IN_NEWER = 20, 10
# As wide as the photos that are uploaded meanwhile; those that were there are narrower.
WIDTH, NEWER_WIDTH = 40, 48
TEXT = """`make bench-backfill`, {circumstances}

{count} objects (small JPEGs; one in twenty is no photo) that were in the bucket before there was a rule: planned in
{planning:.0f} s, applied at {pace} photos a second, stopped by `darkroom backfill stop` when {begun} of them had begun,
and applied again. Between, one in ten was uploaded anew, and its event came.

| | photos |
|---|---|
{rows}
| started by the backfill, each once | {started} |
| started by it twice | 0 |
| uploaded anew meanwhile, of which the record is of that upload | {newer} |

From the first `apply` to the last photo: {seconds:.0f} s, {rate:.1f} photos a second on {cores} cores.
"""


class UnaccountedPhotoError(CommandError):
    """Photos were lost, or made twice; the message says how many."""


@dataclass
class Backfill:
    """One deployment whose photos came before its rule, and the command that works them off."""

    harness: Harness
    plan: Path
    prefix: str = "backfill/"
    rate: int = RATE
    keys: list[str] = field(default_factory=list)

    def fill(self, count: int) -> None:
        """Upload photos that nobody hears of."""
        events, rule = self.harness.aws.client("events"), self.harness.deployment.rule_name
        events.disable_rule(Name=rule)
        photo = small_photo(WIDTH)
        for number in range(count):
            body = NOT_A_PHOTO if number % ONE_IN_NO_PHOTO == ONE_IN_NO_PHOTO - 1 else photo
            self.keys.append(self.harness.upload(body, f"{self.prefix}{number:06}.jpg"))
        events.enable_rule(Name=rule)
        self.harness.recorder.wait_for(self._is_settled, "the uploads to be as old as the plan wants them")

    def _is_settled(self) -> bool:
        last = self.harness.aws.client("s3").head_object(Bucket=self.harness.deployment.bucket, Key=self.keys[-1])
        return bool(datetime.now(UTC) - last["LastModified"] >= SETTLED_AFTER)

    @property
    def newer(self) -> list[str]:
        """The keys that are uploaded again while the backfill goes on; all are of photos."""
        return self.keys[::ONE_IN_NEWER]

    def upload_newer(self) -> None:
        """Upload one photo in so many anew."""
        photo = small_photo(NEWER_WIDTH)
        for key in self.newer:
            self.harness.upload(photo, key)

    def await_newer(self) -> None:
        """Wait until the record of each photo that was uploaded anew is of that upload."""
        for key in self.newer:
            self.harness.recorder.wait_for(partial(self._is_newer, key), f"{key}, uploaded anew")

    def _is_newer(self, key: str) -> bool:
        return bool(self.harness.record(key).get("Width") == NEWER_WIDTH)

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
        self.say("apply", str(self.plan), "--yes", "--rate", str(self.rate))
        # In a test the pauses are short, and the rest is begun within seconds.
        for _ in Polling(time.monotonic, time.sleep, MAX_SECONDS, longest_seconds=0.5).rounds():
            if self.executions().total() >= begun:
                break
        self.say("stop", "--yes")
        return self.executions().total()

    def executions(self) -> Counter[str]:
        """Return how many executions of each photo the backfill has started."""
        started = self.harness.recorder.started
        own = {key: arns for (_, key), arns in list(started.items()) if key.startswith(self.prefix)}
        return Counter({key: sum(":backfill-" in arn for arn in arns) for key, arns in own.items()})


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the backfill; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m verification.load.backfill_load", description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=2000, help="how many photos (default: %(default)s)")
    return run(parser.parse_args(arguments), "backfill", _run)


def _run(options: argparse.Namespace, console: Console) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        os.environ[name] = "operator"
    with running_harness(wait_scale=1) as harness, tempfile.TemporaryDirectory() as folder:
        text = measured(Backfill(harness, Path(folder) / "plan.json"), options.count)
    write_section(DOCUMENT, "Backfill", text)
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def measured(backfill: Backfill, count: int) -> str:
    """Make a backfill of so many photos; return what came of it. Raises UnaccountedPhotoError."""
    backfill.fill(count)
    started = time.monotonic()
    planned = backfill.say("plan", "--prefix", backfill.prefix, "--settled-after", "1s", "--out", str(backfill.plan))
    planning = time.monotonic() - started
    if planned["estimate"]["photos"] != count:
        raise UnaccountedPhotoError(f"{planned['estimate']['photos']} of {count} photos were planned")
    started = time.monotonic()
    begun = backfill.interrupt(int(count * INTERRUPTED_AT))
    backfill.upload_newer()
    backfill.say("apply", str(backfill.plan), "--yes", "--rate", str(backfill.rate), "--wait")
    backfill.await_newer()
    over = backfill.say("show", str(backfill.plan))
    seconds = time.monotonic() - started
    executions = backfill.executions()
    _require_once(backfill, over, executions)
    return TEXT.format(
        circumstances=circumstances("moto"),
        count=count,
        planning=planning,
        begun=begun,
        pace=backfill.rate,
        rows="\n".join(f"| {what} | {number} |" for what, number in sorted(over["counts"].items())),
        started=executions.total(),
        newer=len(backfill.newer),
        seconds=seconds,
        rate=count / seconds,
        cores=os.cpu_count(),
    )


def _require_once(backfill: Backfill, over: Any, executions: Counter[str]) -> None:
    """Raise UnaccountedPhotoError unless every photo has an outcome that is its own, and was started once.

    One that was uploaded anew is skipped, whether or not it had been started by then.
    """
    broken, newer = len(backfill.keys) // ONE_IN_NO_PHOTO, len(backfill.newer)
    wanted = {"done": len(backfill.keys) - broken - newer, "failed": broken, "skipped": newer}
    if over["counts"] != {what: number for what, number in wanted.items() if number}:
        raise UnaccountedPhotoError(f"the photos ended as {over['counts']}, and should have as {wanted}")
    may_have = {key: {0, 1} if key in set(backfill.newer) else {1} for key in backfill.keys}
    wrong = [key for key, numbers in may_have.items() if executions[key] not in numbers]
    if wrong:
        raise UnaccountedPhotoError(f"{len(wrong)} photos were not started once, such as {wrong[0]}")


if __name__ == "__main__":
    sys.exit(main())
