"""What a function prints, on its way to CloudWatch Logs."""

import logging
import os
import tempfile
import threading
import time
import uuid
from collections.abc import Sequence

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.logs.models import logs_backends

_log = logging.getLogger(__name__)
# moto's log backend is not made for several threads.
_one_at_a_time = threading.Lock()


class PrintedLines:
    """A file that takes a process's output.

    A file and not a pipe: once a result is in, so is every line that was printed before it.
    """

    def __init__(self) -> None:
        # Append mode, and pread below: the process and this reader share no position.
        self.file = tempfile.TemporaryFile(mode="a+b", buffering=0)  # noqa: SIM115
        self._read_bytes = 0

    def new(self) -> list[str]:
        """Return the lines printed since the last call."""
        unread = os.fstat(self.file.fileno()).st_size - self._read_bytes
        text = os.pread(self.file.fileno(), unread, self._read_bytes)
        self._read_bytes += len(text)
        return text.decode(errors="replace").splitlines()


class LogStream:
    """One log stream, of one function process."""

    def __init__(self, group: str, region: str) -> None:
        self.name = f"{time.strftime('%Y/%m/%d', time.gmtime())}/[$LATEST]{uuid.uuid4().hex}"
        self._group = group
        self._backend = logs_backends[DEFAULT_ACCOUNT_ID][region]

    def put(self, lines: Sequence[str]) -> None:
        """Store the lines; never fails, as a function in AWS never fails for its log."""
        now_ms = int(time.time() * 1000)
        events = [{"timestamp": now_ms, "message": line} for line in lines]
        try:
            with _one_at_a_time:
                self._backend.ensure_log_group(self._group)
                self._backend.ensure_log_stream(self._group, self.name)
                self._backend.put_log_events(self._group, self.name, events)
        except Exception:  # noqa: BLE001
            _log.warning("The log of %s could not be stored", self._group, exc_info=True)
