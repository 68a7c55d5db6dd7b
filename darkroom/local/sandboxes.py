"""Which function process made a call: each has a session token of its own, which it signs with."""

import subprocess
import threading
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def token_of(environ: "WSGIEnvironment") -> str:
    """Return the session token of a request, empty where it has none."""
    return str(environ.get("HTTP_X_AMZ_SECURITY_TOKEN", ""))


class Sandboxes:
    """The function processes at large, by session token."""

    def __init__(self) -> None:
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()

    def new_token(self) -> str:
        """Return a token for a process to be."""
        return f"local-{uuid.uuid4().hex}"

    def register(self, token: str, process: subprocess.Popen[bytes]) -> None:
        """Remember whose token it is."""
        with self._lock:
            self._processes[token] = process

    def forget(self, token: str) -> None:
        """Forget a process that has ended."""
        with self._lock:
            self._processes.pop(token, None)

    def kill(self, token: str) -> None:
        """Kill the process that signs with this token, at once, and see it dead; KeyError where there is none."""
        with self._lock:
            process = self._processes[token]
        process.kill()
        process.wait()
