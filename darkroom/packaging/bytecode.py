"""Bytecode for the zips: Lambda's file system is read-only, so without it each cold start compiles what it imports.

The files are "unchecked hash" ones (PEP 552): Python loads them without a look at their sources, whose dates in a zip
say nothing. An interpreter of another minor version passes over them, and compiles.
"""

import hashlib
import json
import os
import subprocess
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from darkroom.command_errors import CommandError

COMPILER = Path(__file__).with_name("compile_files.py")
# Where Lambda unpacks a zip: tracebacks name the files as they lie there.
UNPACKED_IN_LAMBDA = "/var/task"
_FACTS = "import sys; print(sys.implementation.cache_tag, sys.version.replace(chr(10), ' '))"
# Zips of several functions hold the same files: whoever comes second finds them compiled.
_one_at_a_time = threading.Lock()


class CompileError(CommandError):
    """The interpreter cannot compile; the message holds what it said."""


@dataclass(frozen=True)
class Interpreter:
    """A Python on this machine, and what its bytecode depends on: the build, and how its files are named."""

    program: str
    tag: str
    build: str

    @property
    def key(self) -> str:
        """A name for what it makes: another build may make other bytes, as may another way to compile."""
        return hashlib.sha256(f"{self.build}\n{COMPILER.read_text()}".encode()).hexdigest()[:16]


@cache
def interpreter(program: str) -> Interpreter:
    """Return what a Python says of itself. Raises CompileError."""
    tag, _, build = _run(program, "-c", _FACTS).strip().partition(" ")
    return Interpreter(program, tag, build)


def with_bytecode(
    entries: Iterable[tuple[Path, Path]], python: Interpreter, cache: Path
) -> Iterator[tuple[Path, Path]]:
    """Yield files by their names in a zip, and after each that is Python its bytecode, which `cache` keeps.

    Raises CompileError.
    """
    given = list(entries)
    compiled = {name: _kept(name, path, python, cache) for name, path in given if name.suffix == ".py"}
    with _one_at_a_time:
        _compile([(path, name, compiled[name]) for name, path in given if name in compiled], python)
    for name, path in given:
        yield name, path
        if name in compiled and compiled[name].exists():
            yield name.parent / "__pycache__" / f"{name.stem}.{python.tag}.pyc", compiled[name]


def _kept(name: Path, path: Path, python: Interpreter, cache: Path) -> Path:
    content = hashlib.sha256(name.as_posix().encode() + b"\0" + path.read_bytes()).hexdigest()[:32]
    return cache / python.key / content[:2] / f"{content}.pyc"


def _compile(files: Iterable[tuple[Path, Path, Path]], python: Interpreter) -> None:
    missing = [
        (str(path), f"{UNPACKED_IN_LAMBDA}/{name.as_posix()}", str(target))
        for path, name, target in files
        if not target.exists()
    ]
    workers = min(os.cpu_count() or 1, len(missing))
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        list(pool.map(lambda part: _compile_part(part, python), (missing[n::workers] for n in range(workers))))


def _compile_part(part: list[tuple[str, str, str]], python: Interpreter) -> None:
    _run(python.program, str(COMPILER), given=json.dumps(part))


def _run(program: str, *arguments: str, given: str = "") -> str:
    # No site-packages, no variables of the caller's, and the same order of sets each time.
    command = [program, "-S", "-P", "-B", "-W", "ignore", *arguments]
    plain = {"PYTHONHASHSEED": "0"}
    done = subprocess.run(command, input=given, env=plain, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CompileError(f"{program} cannot compile:\n{done.stderr.strip()}")
    return done.stdout
