"""`make measure-memory`: the memory and time of each function for the largest photo of every format at the limits.

Each photo goes through the deployed pipeline on the embedded AWS, into new processes. It writes memory.json and a
section of docs/benchmarks.md, which a test holds against each function.json.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console

from darkroom.command_errors import CommandError
from darkroom.command_line import run
from darkroom.packaging.repository import FUNCTIONS
from verification.benchmarks_document import DOCUMENT, circumstances, write_section
from verification.corpus.corpus_run import MEMORY
from verification.harness.deployed import running_harness
from verification.harness.uploads import small_photo
from verification.load.largest_photos import Photo, largest_photos
from verification.load.memory_table import memory_text
from verification.load.memory_use import MEASURED, FunctionMemory, MemoryMeasurements, PhotoMemory, memory_measurements
from verification.load.photo_costs import processor_times

if TYPE_CHECKING:
    from verification.harness.harness import Harness

# Lambda's most, and far more than its 15 minutes: what is measured must not end it, nor a busy machine.
MEMORY_MB, SECONDS = 10_240, 7_200


class NoSuchPhotoError(CommandError):
    """No photo's name holds the words that were asked for."""


def main() -> int:
    """Measure; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m verification.load.measure_memory", description=__doc__)
    parser.add_argument("--only", default="", help="measure photos whose name holds this, and keep the others' figures")
    return run(parser.parse_args(), "measure-memory", _run)


def _run(options: argparse.Namespace, console: Console) -> None:
    photos = {name: photo for name, photo in largest_photos().items() if options.only in name}
    if not photos:
        raise NoSuchPhotoError(f"No photo has {options.only!r} in its name: {', '.join(largest_photos())}.")
    found = memory_measurements().photos if options.only and MEASURED.exists() else {}
    with running_harness(wait_scale=0.01) as harness:
        # Lambda makes the functions' logs at their first event.
        harness.run_of(harness.upload(small_photo(64)))
        _take_your_time(harness)
        for name, photo in photos.items():
            found[name] = measured(harness, name, photo)
            console.print(f"{name}: {found[name]}", highlight=False)
            _write(found)


def _write(found: Mapping[str, PhotoMemory]) -> None:
    in_order = {name: found[name] for name in largest_photos() if name in found}
    where = circumstances("moto", "pillow", "pi-heif", "numpy", "opencv-python-headless")
    measurements = MemoryMeasurements(circumstances=where, photos=in_order)
    MEASURED.write_text(measurements.model_dump_json(indent=2) + "\n", encoding="utf-8")
    write_section(DOCUMENT, "Memory", memory_text(measurements))


def measured(harness: Harness, name: str, photo: Photo) -> PhotoMemory:
    """Send a photo into new processes; return what each function took for it."""
    _renew(harness, name, photo.settings)
    started = int(time.time() * 1000)
    execution = harness.run_of(harness.upload(photo.filled()))
    logs = {function: list(harness.log_lines(function, since_milliseconds=started)) for function in FUNCTIONS}
    _delete(harness)
    functions = {function: _use(lines) for function, lines in logs.items() if any(processor_times(lines))}
    return PhotoMemory(status=execution.error or execution.status, functions=functions)


def _use(lines: list[str]) -> FunctionMemory:
    milliseconds, _ = next(processor_times(lines))
    peak = max(int(found[1]) for line in lines if (found := MEMORY.search(line)))
    return FunctionMemory(peak_mb=peak, processor_seconds=round(milliseconds / 1000, 1))


def _renew(harness: Harness, name: str, settings: Mapping[str, str]) -> None:
    """Give every function an environment of its own for a photo, so that Lambda starts new processes."""
    client = harness.aws.client("lambda")
    for function, deployed in harness.deployment.functions.items():
        variables = client.get_function_configuration(FunctionName=deployed)["Environment"]["Variables"]
        own = {**DEFAULTS, **settings} if function == "enhance" else {}
        client.update_function_configuration(
            FunctionName=deployed,
            MemorySize=MEMORY_MB,
            Timeout=SECONDS,
            Environment={"Variables": {**variables, **own, "PHOTO": name}},
        )


# What a photo's settings may have changed before.
DEFAULTS = {"PRESET": "auto", "RENDITIONS": "[]"}


def _take_your_time(harness: Harness) -> None:
    """Let states wait for their functions as long as these may take."""
    client, machine = harness.aws.client("stepfunctions"), harness.deployment.state_machine_arn
    definition: dict[str, Any] = json.loads(client.describe_state_machine(stateMachineArn=machine)["definition"])
    for state in definition["States"].values():
        if state["Type"] == "Task":
            state["TimeoutSeconds"] = SECONDS
    client.update_state_machine(stateMachineArn=machine, definition=json.dumps(definition))
    harness.recorder.wait_limit_seconds = SECONDS


def _delete(harness: Harness) -> None:
    """Delete all objects, which the embedded AWS keeps in memory."""
    client, bucket = harness.aws.client("s3"), harness.deployment.bucket
    for version in client.list_object_versions(Bucket=bucket).get("Versions", []):
        client.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])


if __name__ == "__main__":
    sys.exit(main())
