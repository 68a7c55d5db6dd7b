"""What a month costs: what is there whether photos come or not, the photos, and where they lie."""

from __future__ import annotations

from functions.operate.capacity import prices
from functions.operate.capacity.measurements import Measurements, PhotoUse
from functions.operate.capacity.workload import Workload
from functions.operate.report_model import ReportModel

# Every series that the functions can print; those of errors that never came cost nothing. A test counts them.
OWN_METRICS = 11


class MonthlyCost(ReportModel):
    """Dollars of thirty days. `storage` is what this month's photos and copies add to every month they are kept."""

    key: float
    alarms: float
    own_metrics: float
    dashboard: float
    photos: float
    storage: float

    @property
    def fixed(self) -> float:
        """What a month without photos costs."""
        return self.key + self.alarms + self.own_metrics + self.dashboard

    @property
    def together(self) -> float:
        """Fixed costs and photos, without storage."""
        return self.fixed + self.photos


def monthly_cost(workload: Workload, use: PhotoUse, dollars_per_million: float, measured: Measurements) -> MonthlyCost:
    """Return what the workload's photos and what watches over them cost in a month."""
    gigabytes = workload.per_month * (use.upload_bytes + use.copy_bytes) / 1e9
    return MonthlyCost(
        key=prices.KEY_MONTH.of(1),
        alarms=round(prices.ALARM_METRIC_MONTH.of(measured.alarm_metrics), 2),
        own_metrics=round(prices.OWN_METRIC_MONTH.of(OWN_METRICS), 2),
        dashboard=prices.DASHBOARD_MONTH.of(1),
        photos=round(workload.per_month * dollars_per_million / prices.MILLION, 2),
        storage=round(prices.S3_GB_MONTH.of(gigabytes), 2),
    )
