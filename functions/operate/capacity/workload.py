"""The photos that are asked about, and what was measured of such photos."""

from __future__ import annotations

from itertools import pairwise

from pydantic import Field

from functions.operate.capacity.measurements import FunctionUse, Measurements, PhotoUse
from functions.operate.report_model import ReportModel

SECONDS_A_DAY = 86_400
DAYS_A_MONTH = 30
BURST = 10


class Workload(ReportModel):
    """How many photos, how large, who hears of them by mail, and what of Lambda they have."""

    photos_per_day: float
    peak_per_second: float
    megapixels: float = 24.0
    emails: int = Field(default=0, description="subscribers by e-mail")
    region: str = "us-east-1"
    concurrency: int = Field(default=1000, description="of Lambda, in the whole account")

    @property
    def per_second(self) -> float:
        """The average rate, as if photos came evenly."""
        return self.photos_per_day / SECONDS_A_DAY

    @property
    def per_month(self) -> float:
        """Photos of thirty days."""
        return self.photos_per_day * DAYS_A_MONTH


def photo_of(measured: Measurements, megapixels: float) -> PhotoUse:
    """Return what a photo of so many megapixels takes, on the line through the two nearest sizes that were measured."""
    pairs = list(pairwise(measured.succeeded))
    smaller, larger = next((pair for pair in pairs if megapixels <= pair[1].megapixels), pairs[-1])
    weight = (megapixels - smaller.megapixels) / (larger.megapixels - smaller.megapixels)
    functions = {name: _between(use, larger.functions[name], weight) for name, use in smaller.functions.items()}
    sizes = {name: _mixed(getattr(smaller, name), getattr(larger, name), weight) for name in SIZES}
    return larger.model_copy(update={"megapixels": megapixels, "functions": functions, **sizes})


SIZES = ("upload_bytes", "copy_bytes")


def _between(smaller: FunctionUse, larger: FunctionUse, weight: float) -> FunctionUse:
    mixed = {name: _mixed(getattr(smaller, name), getattr(larger, name), weight) for name in FunctionUse.model_fields}
    return FunctionUse(**mixed)


def _mixed(smaller: float, larger: float, weight: float) -> float:
    return max(0.0, smaller + (larger - smaller) * weight)
