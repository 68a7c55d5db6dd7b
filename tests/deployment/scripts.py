"""deploy.sh and destroy.sh as a person runs them, with the real aws command kept warm."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.definitions import ROOT
from tests.waiting import PROGRAM_LIMIT_SECONDS, eventually

WARM_AWS = Path(__file__).with_name("warm_aws.py")
WARM_CALL = Path(__file__).with_name("warm_call.py")


@contextmanager
def warm_aws(folder: Path) -> Iterator[Path]:
    """Serve the aws command; yields the folder that has it, for PATH."""
    # Unix sockets want short paths, which pytest's folders are not.
    socket = Path("/tmp") / f"aws-{os.getpid()}.socket"
    socket.unlink(missing_ok=True)
    server = subprocess.Popen([sys.executable, WARM_AWS, socket])
    command = folder / "aws"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -E "{WARM_CALL}" "{socket}" "$@"\n')
    command.chmod(0o755)
    try:
        eventually(socket.exists, "the warm aws command")
        yield folder
    finally:
        server.terminate()
        server.wait()
        socket.unlink(missing_ok=True)


@dataclass(frozen=True)
class Scripts:
    """The two scripts, with a settings file."""

    settings_file: Path
    environment: dict[str, str]

    def deploy(self) -> list[str]:
        """Run deploy.sh; returns its lines."""
        return succeeded(self.run("deploy.sh")).stdout.splitlines()

    def destroy(self, *options: str) -> list[str]:
        """Run destroy.sh without a question; returns its lines."""
        return succeeded(self.run("destroy.sh", "--yes", *options)).stdout.splitlines()

    def run(self, script: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Run a script from a folder that is not the repository's."""
        return subprocess.run(
            [ROOT / "deploy" / script, self.settings_file, *options],
            cwd=self.settings_file.parent,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PROGRAM_LIMIT_SECONDS,
            check=False,
        )

    def change(self, **changes: Any) -> None:
        """Write other values into the settings file."""
        settings = json.loads(self.settings_file.read_text())
        self.settings_file.write_text(json.dumps(settings | changes))


def succeeded(done: subprocess.CompletedProcess[str]) -> subprocess.CompletedProcess[str]:
    """Return what ended well; fails with what the script said."""
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done
