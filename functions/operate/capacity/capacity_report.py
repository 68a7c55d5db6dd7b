"""All that `darkroom capacity` says of a workload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from functions.operate.capacity import prices
from functions.operate.capacity.billed_time import seconds_together
from functions.operate.capacity.burst import Burst, burst
from functions.operate.capacity.limits import Limit, limits
from functions.operate.capacity.measurements import Measurements
from functions.operate.capacity.monthly_cost import MonthlyCost, monthly_cost
from functions.operate.capacity.photo_cost import CostLine, billed, lines, together
from functions.operate.capacity.retry_waits import retriers
from functions.operate.capacity.workload import Workload, photo_of
from functions.operate.report_model import ReportModel

# Where Lambda's processor takes so much longer than that of the machine that measured.
SLOWER = 1.5


class CapacityReport(ReportModel):
    """Dollars and rates of a workload. `dollars_if_slower` is per million, if Lambda takes 1.5 times as long."""

    workload: Workload
    measured: str
    prices: str
    lines: list[CostLine]
    dollars_per_million: float
    dollars_if_slower: float
    dollars_per_failed_photo: float
    month: MonthlyCost
    month_dollars: float
    seconds_in_lambda: float
    concurrency: float
    limits: list[Limit]
    burst: Burst


def capacity_report(workload: Workload, measured: Measurements, machine: Mapping[str, Any]) -> CapacityReport:
    """Return what a workload costs, what binds it first and what a burst does; `machine` is the definition."""
    use = photo_of(measured, workload.megapixels)
    cost_lines, times = lines(use, workload, measured), billed(use, workload.peak_per_second, measured)
    dollars, slower = together(cost_lines), together(lines(use, workload, measured, slowness=SLOWER))
    month = monthly_cost(workload, use, dollars, measured)
    found = limits(use, times, workload)
    seconds = seconds_together(times)
    return CapacityReport(
        workload=workload,
        measured=f"{measured.measured_on}, {measured.command}, {measured.circumstances}",
        prices=f"{prices.REGION}, {prices.AS_OF}, without free tiers",
        lines=cost_lines,
        dollars_per_million=round(dollars, 2),
        dollars_if_slower=round(slower, 2),
        dollars_per_failed_photo=round(together(lines(measured.failed, workload, measured)) / prices.MILLION, 6),
        month=month,
        month_dollars=round(month.together, 2),
        seconds_in_lambda=round(seconds, 2),
        concurrency=round(workload.peak_per_second * seconds, 1),
        limits=found,
        burst=burst(workload, found, min(retriers(machine).values(), key=lambda retrier: retrier.longest_seconds)),
    )
