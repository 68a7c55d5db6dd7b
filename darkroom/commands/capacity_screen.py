"""What a workload costs and takes, as a person reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich.table import Table

from darkroom.packaging.repository import STATE_MACHINE
from functions.operate.capacity.capacity_report import SLOWER, CapacityReport, capacity_report
from functions.operate.capacity.measurements import measurements

if TYPE_CHECKING:
    from rich.console import Console

    from functions.operate.capacity.workload import Workload


def print_capacity(workload: Workload, console: Console, *, as_json: bool) -> None:
    """Print the report, as JSON or as tables and sentences."""
    machine = json.loads(STATE_MACHINE.read_text(encoding="utf-8"))
    report = capacity_report(workload, measurements(), machine)
    if as_json:
        print(report.model_dump_json(indent=2))
        return
    console.print(_costs(report))
    _say(console, cost_sentences(report))
    console.print(_limits(report))
    _say(console, capacity_sentences(report))


def cost_sentences(report: CapacityReport) -> list[str]:
    """Return what a million photos, a failed one and a month cost."""
    month, workload = report.month, report.workload
    return [
        f"A million photos of {workload.megapixels:g} megapixels: {report.dollars_per_million:.2f} dollars; "
        f"{report.dollars_if_slower:.2f} if Lambda's processor takes {SLOWER:g} times as long as the measuring one.",
        f"A failed photo: {report.dollars_per_failed_photo:.6f} dollars, the backstop's part included.",
        f"A month of {workload.per_month:,.0f} photos: {report.month_dollars:.2f} dollars, {month.fixed:.2f} of which "
        f"are there without photos (key {month.key:.2f}, alarms {month.alarms:.2f}, metrics {month.own_metrics:.2f}, "
        f"dashboard {month.dashboard:.2f}); its photos and copies add {month.storage:.2f} to each month they are kept.",
        f"Prices: {report.prices}. Measured: {report.measured}",
    ]


def capacity_sentences(report: CapacityReport) -> list[str]:
    """Return how much of Lambda the peak takes, and what a burst does."""
    peak, burst = report.workload.peak_per_second, report.burst
    return [
        f"{peak:,.4g} photos a second take {report.concurrency:,g} of Lambda's {report.workload.concurrency:,} "
        f"concurrent executions, {report.seconds_in_lambda:g} s each.",
        f"A minute of {burst.per_second:,g} a second, {burst.photos:,} photos: {burst.summary}.",
    ]


def _costs(report: CapacityReport) -> Table:
    table = _table("", "a photo takes", "price, dollars", "dollars a million")
    for line in report.lines:
        table.add_row(line.what, line.per_photo, line.price, f"{line.dollars_per_million:.2f}")
    table.add_row("together", "", "", f"{report.dollars_per_million:.2f}", style="bold")
    return table


def _limits(report: CapacityReport) -> Table:
    table = _table("what binds, first to last", "quota", "a photo takes", "photos a second")
    for limit in report.limits:
        quota = f"{limit.quota:,.0f}" + ("" if limit.adjustable else " (fixed)")
        table.add_row(limit.name, quota, f"{limit.per_photo:g}", f"{limit.photos_per_second:,.0f}")
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 3, 0, 0))
    for column in columns[:-1]:
        table.add_column(column)
    table.add_column(columns[-1], justify="right")
    return table


def _say(console: Console, sentences: list[str]) -> None:
    console.print()
    for sentence in sentences:
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)
    console.print()
