"""What a function's process has taken so far of memory and of the processor."""

from pathlib import Path
from typing import NamedTuple

import psutil

MIB = 1024 * 1024


class Usage(NamedTuple):
    """The peak of memory in MB, as Lambda counts them, and milliseconds of processor time, since the process began."""

    peak_mb: int = 0
    processor_ms: float = 0.0


def usage_of(process: psutil.Process, last: Usage) -> Usage:
    """Return the usage of a process, or the last that is known where it has ended."""
    try:
        with process.oneshot():
            peak, times = peak_bytes(process), process.cpu_times()
    except (psutil.Error, OSError):
        return last  # the next look whether it is alive says so
    return Usage(max(last.peak_mb, peak // MIB), (times.user + times.system) * 1000)


def peak_bytes(process: psutil.Process) -> int:
    """Return the peak of a process since its program began; elsewhere than on Linux, what it takes now.

    The kernel's own mark misses no peak between two looks.
    """
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return int(process.memory_info().rss)
    found = status.read_text().partition("VmHWM:")[2].split()
    # A process that has ended but is still listed has no memory.
    return int(found[0]) * 1024 if found else 0
