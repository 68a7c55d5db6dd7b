"""Installs and packs a dependency group of the lock file, for this Python or for Lambda's."""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from uv import find_uv_bin

from darkroom.command_errors import CommandError
from darkroom.packaging.bytecode import Interpreter, interpreter, with_bytecode
from darkroom.packaging.repository import BUILD, ROOT, function_definition
from darkroom.packaging.wheels import is_needed

# Not x86_64: there enhance unpacks to 244,313,254 bytes, 259,246,847 with room for bytecode (zips.py has the limit).
# Leaving out more cannot help: 217.8 million of them are libraries that are linked, and so loaded, by OpenCV, NumPy and
# Pillow (OpenBLAS twice, FFmpeg).
PLATFORMS = {"arm64": "aarch64-manylinux_2_28"}
ARM64_ALONE = "the functions run on arm64 alone, because enhance for x86_64 comes too close to Lambda's limit of 250 MB"
RULES = [Path(__file__).with_name(name) for name in ("dependencies.py", "wheels.py", "bytecode.py")]
BYTECODE = BUILD / "bytecode"


class BuildError(CommandError):
    """A zip cannot be built; the message holds what uv said, or the limit that was passed."""


@dataclass(frozen=True)
class Dependencies:
    """Hashed requirements, for uv the Python and platform that they are for, and what compiles them, if anything."""

    requirements: str
    platform: tuple[str, ...]
    compiler: Interpreter | None = None

    @property
    def key(self) -> str:
        """A name for the result: whatever shapes it is part of it, what is left out and how it is packed included."""
        rules = [path.read_text() for path in RULES]
        compiler = self.compiler.key if self.compiler else "no bytecode"
        shape = "\n".join((self.requirements, *self.platform, sys.version, compiler, *rules))
        return hashlib.sha256(shape.encode()).hexdigest()[:16]


def for_host(group: str, *, bytecode: bool = True) -> Dependencies:
    """Return a group's dependencies for this Python. Raises BuildError."""
    compiler = interpreter(sys.executable) if bytecode else None
    return Dependencies(_exported(group), ("--python", sys.executable), compiler)


def for_lambda(function: str, *, bytecode: bool = True) -> Dependencies:
    """Return a function's dependencies for the runtime and the architecture of its function.json. Raises BuildError."""
    definition = function_definition(function)
    if definition.architecture not in PLATFORMS:
        raise BuildError(f"functions/{function}/function.json says {definition.architecture}: {ARM64_ALONE}.")
    version = definition.runtime.removeprefix("python")
    platform = ("--python-platform", PLATFORMS[definition.architecture], "--python-version", version)
    return Dependencies(_exported(function), platform, runtime_interpreter(version) if bytecode else None)


@cache
def runtime_interpreter(version: str) -> Interpreter:
    """Return this machine's Python of a runtime's version, such as "3.13". Raises BuildError where there is none."""
    try:
        return interpreter(_uv("python", "find", "--no-python-downloads", f"cpython@{version}").strip())
    except BuildError as error:
        raise BuildError(
            f"The functions run on Python {version}, and this machine has none to compile them with. Install it "
            f"(`.venv/bin/python -m uv python install {version}` brings one), or build with --no-bytecode (`make build "
            "ARGS=--no-bytecode`): then each cold start compiles, and takes twice as long."
        ) from error


def install(dependencies: Dependencies, parent: Path) -> Path:
    """Return a folder inside `parent` with the wheels installed, once for equal dependencies. Raises BuildError."""
    folder = parent / dependencies.key
    if not folder.exists():
        with scratch_folder(parent) as scratch:
            _install(dependencies, scratch / "new")
            _move_unless_there(scratch / "new", folder)
    return folder


def pack(dependencies: Dependencies, parent: Path, *, compression: int) -> Path:
    """Return a zip inside `parent` with what a Lambda needs of the wheels, made once. Raises BuildError."""
    path = parent / f"{dependencies.key}-{compression}.zip"
    if not path.exists():
        with scratch_folder(parent) as scratch:
            _install(dependencies, scratch / "new")
            draft = scratch / path.name
            with zipfile.ZipFile(draft, "w") as archive:
                files = ((file.relative_to(scratch / "new"), file) for file in (scratch / "new").rglob("*"))
                needed = ((name, file) for name, file in files if is_needed(name))
                add_files(archive, needed, dependencies.compiler, compression=compression)
            draft.replace(path)
    return path


def add_files(
    archive: zipfile.ZipFile, entries: Iterable[tuple[Path, Path]], compiler: Interpreter | None, *, compression: int
) -> None:
    """Add files by name in one order, with one date and one mode, so that only names and contents count.

    Their bytecode is added where there is a compiler.
    """
    files = [(name, path) for name, path in entries if path.is_file()]
    for name, path in sorted(with_bytecode(files, compiler, BYTECODE) if compiler else files):
        info = zipfile.ZipInfo(name.as_posix(), date_time=(1980, 1, 1, 0, 0, 0))
        info.create_system, info.external_attr, info.compress_type = 3, 0o644 << 16, zipfile.ZIP_DEFLATED
        archive.writestr(info, path.read_bytes(), compresslevel=compression)


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """Make a folder next to the result: what is complete is moved there at once, by several processes if need be."""
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        yield Path(folder)


def _exported(group: str) -> str:
    return _uv("export", "--frozen", "--only-group", group, "--no-emit-project", "--no-header", "--no-annotate")


def _install(dependencies: Dependencies, folder: Path) -> None:
    safe = ("--require-hashes", "--only-binary", ":all:", "--no-deps")
    where = ("--target", str(folder), *dependencies.platform)
    _uv("pip", "install", *where, *safe, "--requirements", "-", stdin=dependencies.requirements)


@cache
def _uv_binary() -> str:
    # Found once, before any thread asks: Python 3.11's sysconfig, which uv asks, is not thread-safe.
    return find_uv_bin()


def _uv(*arguments: str, stdin: str = "") -> str:
    # uv python find would keep its answer to itself.
    quiet = () if arguments[:2] == ("python", "find") else ("--quiet",)
    command = [_uv_binary(), *quiet, "--project", str(ROOT), *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        raise BuildError(f"uv {' '.join(arguments[:2])} failed:\n{done.stderr.strip()}")
    return done.stdout


def _move_unless_there(source: Path, target: Path) -> None:
    try:
        source.rename(target)
    except OSError:
        if not target.exists():
            raise
