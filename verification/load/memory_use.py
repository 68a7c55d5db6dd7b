"""What functions were measured to take of memory and time for the largest photos, read from memory.json."""

from __future__ import annotations

from pathlib import Path

from functions.operate.report_model import ReportModel

MEASURED = Path(__file__).with_name("memory.json")


class FunctionMemory(ReportModel):
    """One cold invocation: the peak of its process, imports included, in MB, and its seconds of processor time."""

    peak_mb: int
    processor_seconds: float


class PhotoMemory(ReportModel):
    """What became of a photo, by the record, and what each function took for it."""

    status: str
    functions: dict[str, FunctionMemory]


class MemoryMeasurements(ReportModel):
    """All photos by name, and when and where they were measured last."""

    circumstances: str
    photos: dict[str, PhotoMemory]

    def peak_mb(self, function: str) -> int:
        """Return the most memory that a function took."""
        return max(photo.functions[function].peak_mb for photo in self.photos.values() if function in photo.functions)

    def processor_seconds(self, function: str) -> float:
        """Return the most processor time that a function took."""
        found = (photo.functions[function] for photo in self.photos.values() if function in photo.functions)
        return max(use.processor_seconds for use in found)


def memory_measurements() -> MemoryMeasurements:
    """Return what was measured last."""
    return MemoryMeasurements.model_validate_json(MEASURED.read_text(encoding="utf-8"))
