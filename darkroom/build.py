"""Builds each room's zip from the sources and the lock file: the same input makes the same bytes.

A zip mirrors the repository: functions/__init__.py, functions/<room>, functions/shared, and the room's wheels at the
top. For Lambda the wheels are those of function.json's runtime and architecture, for the host those of this Python.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from uv import find_uv_bin

from darkroom.errors import CommandError
from darkroom.repository import BUILD, ROOMS, ROOT, function_definition
from darkroom.wheels import is_needed

Target = Literal["host", "lambda"]

PLATFORMS = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}
DEFINITIONS = {"function.json", "policy.json"}
# Small for the way to AWS, quick to make for this machine.
COMPRESSION = {"lambda": 9, "host": 1}
MAX_ZIP_BYTES = 50_000_000


class BuildError(CommandError):
    """A zip cannot be built; the message holds what uv said, or the limit that was passed."""


def build(target: Target, rooms: Iterable[str] = ROOMS) -> dict[str, Path]:
    """Build the rooms' zips into build/<target>; returns each room's file. Raises BuildError."""
    return {room: _build_room(room, target) for room in rooms}


def runtime() -> Path:
    """Return the folder that holds awslambdaric for this Python, installed when the lock file has changed."""
    requirements = _requirements("lambda-runtime")
    folder = BUILD / "runtime" / _key(requirements, _host())
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=_made(folder.parent)) as scratch:
            _install(requirements, _host(), Path(scratch) / "new")
            _move_unless_there(Path(scratch) / "new", folder)
    return folder


def _build_room(room: str, target: Target) -> Path:
    path = _made(BUILD / target) / f"{room}.zip"
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        draft = Path(scratch) / path.name
        # Wheels change seldom and are most of the bytes: they come compressed, and the sources are appended.
        shutil.copyfile(_wheels(room, target), draft)
        with zipfile.ZipFile(draft, "a") as archive:
            sources = ((source.relative_to(ROOT), source) for source in _sources(room))
            _add(archive, sources, compression=COMPRESSION[target])
        if draft.stat().st_size > MAX_ZIP_BYTES:
            raise BuildError(
                f"{path.name} has {draft.stat().st_size:,} bytes; Lambda takes {MAX_ZIP_BYTES:,} directly."
            )
        draft.replace(path)
    return path


def _wheels(room: str, target: Target) -> Path:
    """Return a zip of the room's installed wheels, which rooms with the same requirements share."""
    requirements, options = _requirements(room), _host() if target == "host" else _lambda(room)
    path = BUILD / "wheels" / f"{_key(requirements, options)}.zip"
    if not path.exists():
        with tempfile.TemporaryDirectory(dir=_made(path.parent)) as scratch:
            folder, draft = Path(scratch) / "new", Path(scratch) / "new.zip"
            _install(requirements, options, folder)
            with zipfile.ZipFile(draft, "w") as archive:
                _add(archive, _needed_files(folder), compression=COMPRESSION[target])
            draft.replace(path)
    return path


def _requirements(group: str) -> str:
    """Return a dependency group of the lock file as hashed requirements."""
    return _uv("export", "--frozen", "--only-group", group, "--no-emit-project", "--no-header", "--no-annotate")


def _host() -> tuple[str, ...]:
    return ("--python", sys.executable)


def _lambda(room: str) -> tuple[str, ...]:
    function = function_definition(room)
    version = function.runtime.removeprefix("python")
    return ("--python-platform", PLATFORMS[function.architecture], "--python-version", version)


def _key(requirements: str, options: tuple[str, ...]) -> str:
    # How it is packed and what is left out shape the result as much as the requirements do.
    rules = [Path(__file__).with_name(name).read_text() for name in ("build.py", "wheels.py")]
    return hashlib.sha256("\n".join((requirements, *options, sys.version, *rules)).encode()).hexdigest()[:16]


def _install(requirements: str, options: tuple[str, ...], folder: Path) -> None:
    safe = ("--require-hashes", "--only-binary", ":all:", "--no-deps")
    _uv("pip", "install", "--target", str(folder), *safe, *options, "--requirements", "-", stdin=requirements)


def _uv(*arguments: str, stdin: str = "") -> str:
    command = [find_uv_bin(), "--quiet", "--project", str(ROOT), *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        raise BuildError(f"uv {' '.join(arguments[:2])} failed:\n{done.stderr.strip()}")
    return done.stdout


def _sources(room: str) -> Iterator[Path]:
    functions = ROOT / "functions"
    yield functions / "__init__.py"
    for folder in (functions / room, functions / "shared"):
        code = (path for path in folder.rglob("*") if path.suffix in {".py", ".json"})
        yield from (path for path in code if path.name not in DEFINITIONS)


def _needed_files(folder: Path) -> Iterator[tuple[Path, Path]]:
    files = ((path.relative_to(folder), path) for path in folder.rglob("*") if path.is_file())
    return ((name, path) for name, path in files if is_needed(name))


def _add(archive: zipfile.ZipFile, entries: Iterable[tuple[Path, Path]], *, compression: int) -> None:
    """Add files by name in one order, with one date and one mode, so that only names and contents count."""
    for name, path in sorted(entries):
        info = zipfile.ZipInfo(name.as_posix(), date_time=(1980, 1, 1, 0, 0, 0))
        info.create_system, info.external_attr, info.compress_type = 3, 0o644 << 16, zipfile.ZIP_DEFLATED
        archive.writestr(info, path.read_bytes(), compresslevel=compression)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _move_unless_there(source: Path, target: Path) -> None:
    try:
        source.rename(target)
    except OSError:
        if not target.exists():
            raise
