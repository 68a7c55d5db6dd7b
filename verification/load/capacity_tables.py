"""`make capacity-docs`: writes what `darkroom capacity` calculates into docs/deploy.md and docs/capacity.md.

Each table stands between two comments that name it. A test holds the documents to this.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from darkroom.commands.capacity_screen import cost_sentences
from darkroom.packaging.repository import ROOT, STATE_MACHINE
from functions.operate.capacity import quotas
from functions.operate.capacity.capacity_report import CapacityReport, capacity_report
from functions.operate.capacity.limits import Limit
from functions.operate.capacity.measurements import measurements
from functions.operate.capacity.quotas import Quota
from functions.operate.capacity.workload import DAYS_A_MONTH, SECONDS_A_DAY, Workload
from verification.benchmarks_document import table
from verification.load.memory_prices import memory_price_table

DOCUMENTS = (ROOT / "docs" / "deploy.md", ROOT / "docs" / "capacity.md")
BLOCK = re.compile(r"(<!-- capacity: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
MILLION_A_MONTH = 1e6 / DAYS_A_MONTH
MONTHS = (1_000, 100_000, 1_000_000)
RATES = (1 / SECONDS_A_DAY, 0.1, 1, 10, 100, 300, 1_000)
LARGE, OTHER = "us-east-1", "eu-central-1"


def main() -> None:
    """Write every table anew."""
    for document in DOCUMENTS:
        document.write_text(with_tables(document), encoding="utf-8")


def with_tables(document: Path) -> str:
    """Return a document's text with every table as it is calculated now."""
    text = document.read_text(encoding="utf-8")
    return BLOCK.sub(lambda found: f"{found[1]}{TABLES[found[2]]()}\n{found[3]}", text)


def report_of(**workload: object) -> CapacityReport:
    """Return the report of a workload, by default a million photos a month."""
    fields = {"photos_per_day": MILLION_A_MONTH, "peak_per_second": 1.0} | workload
    return capacity_report(Workload.model_validate(fields), measurements(), json.loads(STATE_MACHINE.read_text()))


def photo_table() -> str:
    """Return what a million photos cost, line by line."""
    report = report_of()
    rows = [[line.what, line.per_photo, line.price, f"{line.dollars_per_million:.2f}"] for line in report.lines]
    total = ["**together**", "", "", f"**{report.dollars_per_million:.2f}**"]
    return table(["", "a photo takes", "price, dollars", "dollars per million"], [*rows, total])


def cost_list() -> str:
    """Return what a failed photo and a month cost, in sentences."""
    return "\n".join(f"- {sentence}" for sentence in cost_sentences(report_of()))


def size_table() -> str:
    """Return what photos of several sizes cost, with and without e-mail."""
    rows = []
    for megapixels in (2, 12, 24, 48):
        plain, mailed = report_of(megapixels=megapixels), report_of(megapixels=megapixels, emails=1)
        dollars = [plain.dollars_per_million, mailed.dollars_per_million, plain.dollars_if_slower]
        rows.append([str(megapixels), *(f"{amount:.0f}" for amount in dollars)])
    return table(
        ["megapixels", "dollars per million", "with one e-mail each", "on a processor 1.5 times as slow"], rows
    )


def month_table() -> str:
    """Return what months of more and more photos cost."""
    rows = []
    for photos in MONTHS:
        month = report_of(photos_per_day=photos / DAYS_A_MONTH).month
        dollars = [month.fixed, month.photos, month.together, month.storage]
        rows.append([f"{photos:,}", *(f"{amount:,.2f}" for amount in dollars)])
    return table(["photos a month", "fixed", "photos", "together", "storage, each month they are kept"], rows)


def rate_table() -> str:
    """Return what binds at several rates, in large and in other Regions."""
    rows = []
    for rate in RATES:
        large, other = (report_of(peak_per_second=rate, region=region) for region in (LARGE, OTHER))
        shown = "one a day" if rate < 0.01 else f"{rate:g}"
        rows.append([shown, f"{large.concurrency:,.1f}", _binding(large, rate), _binding(other, rate)])
    header = ["photos a second", "concurrency", "us-east-1, us-west-2, eu-west-1", "smallest quotas of other Regions"]
    return table(header, rows)


def quota_table() -> str:
    """Return every quota, what a photo takes of it and how many photos it lets through."""
    large = report_of(region=LARGE).limits
    other = {limit.name: limit for limit in report_of(region=OTHER).limits}
    rows = [_quota_row(limit, other[limit.name]) for limit in large]
    header = ["quota", "large Regions", "smallest", "a photo takes", "photos a second", "in the smallest", "raised"]
    return table(header, rows)


def source_list() -> str:
    """Return where the quotas are from."""
    found = [quota for quota in vars(quotas).values() if isinstance(quota, Quota)]
    sources = sorted({quota.source for quota in found} | {limit.source for limit in report_of().limits})
    return "\n".join(f"- <{source}>" for source in sources)


def _binding(report: CapacityReport, rate: float) -> str:
    over = [limit for limit in report.limits if limit.photos_per_second < rate]
    if not over:
        return "nothing"
    others = f", and {len(over) - 1} more" if len(over) > 1 else ""
    return f"{over[0].name} ({over[0].photos_per_second:.0f}){others}"


def _quota_row(limit: Limit, other: Limit) -> list[str]:
    values = [f"{limit.quota:,.0f}", f"{other.quota:,.0f}", f"{limit.per_photo:g}"]
    rates = [f"{limit.photos_per_second:,.0f}", f"{other.photos_per_second:,.0f}"]
    return [limit.name, *values, *rates, "on request" if limit.adjustable else "never"]


TABLES: dict[str, Callable[[], str]] = {
    "photo": photo_table,
    "costs": cost_list,
    "memory": memory_price_table,
    "sizes": size_table,
    "months": month_table,
    "rates": rate_table,
    "quotas": quota_table,
    "sources": source_list,
}

if __name__ == "__main__":
    main()
