"""The peak memory of this process and of its children."""

import resource
import sys
from pathlib import Path

# The unit of ru_maxrss.
MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024


def process_peak_bytes() -> int:
    """Return the peak of this process."""
    status = Path("/proc/self/status")
    if status.exists():
        # On Linux, ru_maxrss begins at the peak of the parent process.
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_BYTES


def children_peak_bytes() -> int:
    """Return the highest peak of the child processes that have ended."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * MAXRSS_BYTES
