"""`make measure-costs`: what photos take of everything that is paid for, counted on the embedded AWS.

It sends a few photos one after the other, and writes functions/operate/capacity/measured.json, which
`darkroom capacity` and the cost table of docs/deploy.md are calculated from.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import track

from darkroom.command_line import run
from darkroom.commands.display import short_path
from darkroom.deployment.monitoring import alarm_documents
from darkroom.deployment.names import Names
from darkroom.deployment.settings import Settings
from functions.operate.capacity.measurements import MEASURED, Measurements
from verification.alarms.datapoints import embedded
from verification.benchmarks_document import circumstances
from verification.harness.deployed import running_harness
from verification.harness.record_changes import RecordChanges
from verification.harness.uploads import NOT_A_PHOTO
from verification.load.cost_photos import SIZES, camera_photo
from verification.load.photo_costs import CostMeter, Sent, cold_start_times

if TYPE_CHECKING:
    from functions.operate.capacity.measurements import PhotoUse
    from verification.harness.harness import Harness

PHOTOS = 8
COMMAND = "make measure-costs"


def main() -> int:
    """Measure; returns the exit status."""
    return run(argparse.Namespace(), "measure-costs", _run)


def _run(_options: argparse.Namespace, console: Console) -> None:
    with running_harness(wait_scale=0.01) as harness:
        measured = measure(harness, PHOTOS, console)
    MEASURED.write_text(measured.model_dump_json(indent=2) + "\n", encoding="utf-8")
    console.print(measured.model_dump_json(indent=2), markup=False, highlight=False)
    console.print(f"Written: {short_path(MEASURED)}")


def measure(harness: Harness, photos: int, console: Console) -> Measurements:
    """Send so many photos of each kind; return what one of each took."""
    meter = CostMeter(harness, RecordChanges(harness.aws, harness.deployment))
    # Both starts are cold: of a photo, and of one that fails.
    for body in (camera_photo(SIZES[0], seed=0), NOT_A_PHOTO):
        _send(harness, body, 1, 0.0)
    first = {function: list(harness.log_lines(function)) for function in harness.deployment.functions}
    kinds = track(SIZES, "Sending", console=console, transient=True)
    succeeded = [_measured(meter, camera_photo(size, seed=1), photos, size) for size in kinds]
    failed = _measured(meter, NOT_A_PHOTO, photos, (0, 0))
    where = circumstances("moto", "pillow", "numpy")
    return Measurements(
        measured_on=where.partition(";")[0],
        command=COMMAND,
        circumstances=where.partition("; ")[2],
        photos=photos,
        cold_start_processor_ms=cold_start_times(first, succeeded[0]),
        succeeded=succeeded,
        failed=failed,
        alarm_metrics=alarm_metrics(),
        own_metrics=len({point.series for point in embedded(harness.log_lines())}),
    )


def alarm_metrics() -> int:
    """Return how many metrics the alarms of a deployment look at, for each of which CloudWatch charges."""
    alarms = alarm_documents(Names(Settings("us-east-1", "darkroom", "darkroom-uploads"), "111122223333")).values()
    return sum(sum("MetricStat" in query for query in alarm.get("Metrics", [])) or 1 for alarm in alarms)


def _measured(meter: CostMeter, body: bytes, photos: int, size: tuple[int, int]) -> PhotoUse:
    meter.start()
    return meter.read(_send(meter.harness, body, photos, size[0] * size[1] / 1e6))


def _send(harness: Harness, body: bytes, photos: int, megapixels: float) -> Sent:
    """Upload one after the other, each once all is over that the one before has started."""
    keys, executions = [], []
    for _ in range(photos):
        keys.append(harness.upload(body))
        executions.append(harness.run_of(keys[-1]))
        if executions[-1].status != "SUCCEEDED":
            executions += harness.backstops(executions[-1])
    return Sent(keys, len(body), megapixels, executions)


if __name__ == "__main__":
    sys.exit(main())
