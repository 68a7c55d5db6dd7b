"""Builds each function's zip from the sources and the lock file: the same input makes the same bytes.

A zip mirrors the repository: functions/__init__.py, functions/<function>, functions/shared, and at the top the
function's wheels, each Python file with its bytecode. For Lambda wheels and bytecode are those of function.json's
runtime and architecture, for the host those of this Python.
"""

import shutil
import zipfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Literal

from darkroom.packaging.dependencies import (
    BuildError,
    Dependencies,
    add_files,
    for_host,
    for_lambda,
    install,
    pack,
    scratch_folder,
)
from darkroom.packaging.repository import BUILD, FUNCTIONS, ROOT

Target = Literal["host", "lambda"]

DEFINITIONS = {"function.json", "policy.json"}
# Small for the way to AWS (level 9 saves 0.7 % and takes more than twice as long), quick to make for this machine.
COMPRESSION = {"lambda": 5, "host": 1}
# A tenth below Lambda's limit of 250 MiB, layers included: a new version of a library must not be what meets it. Above
# 50 MB zipped, as enhance is, a zip goes to Lambda by way of S3.
MAX_UNZIPPED_BYTES = 235_900_000
# What bytecode takes, in parts of its sources: 1.12 as Python 3.13 compiles them, rounded up. Counted where it is left
# out too, so that what fits without it fits with it.
BYTECODE_PER_SOURCE = 1.2


def build(target: Target, functions: Iterable[str] = FUNCTIONS, *, bytecode: bool = True) -> dict[str, Path]:
    """Build the functions' zips into build/<target>; returns each function's file.

    Raises BuildError, also where this machine lacks the Python that makes Lambda's bytecode.
    """
    find = for_host if target == "host" else for_lambda
    needs = {function: find(function, bytecode=bytecode) for function in functions}
    wheels = _wheels(needs.values(), target)
    return {function: _build_function(function, target, need, wheels[need]) for function, need in needs.items()}


def unzipped_bytes(path: Path) -> int:
    """Return how large a zip is when it is unpacked, with the room that bytecode takes, whether it is there or not."""
    with zipfile.ZipFile(path) as archive:
        sizes = {entry.filename: entry.file_size for entry in archive.infolist() if not entry.filename.endswith(".pyc")}
    source_bytes = sum(size for name, size in sizes.items() if name.endswith(".py"))
    return sum(sizes.values()) + round(source_bytes * BYTECODE_PER_SOURCE)


def runtime() -> Path:
    """Return the folder that holds awslambdaric for this Python, installed when the lock file has changed."""
    return install(for_host("lambda-runtime", bytecode=False), BUILD / "runtime")


def _wheels(needs: Iterable[Dependencies], target: Target) -> dict[Dependencies, Path]:
    """Return a zip of each set of wheels; functions with the same requirements share one."""
    distinct = list(dict.fromkeys(needs))
    make = partial(pack, parent=BUILD / "wheels", compression=COMPRESSION[target])
    with ThreadPoolExecutor() as pool:
        return dict(zip(distinct, pool.map(make, distinct), strict=True))


def _build_function(function: str, target: Target, needs: Dependencies, wheels: Path) -> Path:
    path = BUILD / target / f"{function}.zip"
    with scratch_folder(path.parent) as scratch:
        draft = scratch / path.name
        # Wheels change seldom and are most of the bytes: they come compressed, and the sources are appended.
        shutil.copyfile(wheels, draft)
        with zipfile.ZipFile(draft, "a") as archive:
            sources = ((source.relative_to(ROOT), source) for source in _sources(function))
            add_files(archive, sources, needs.compiler, compression=COMPRESSION[target])
        if target == "lambda":
            _check_size(draft)
        draft.replace(path)
    return path


def _check_size(path: Path) -> None:
    if (size_bytes := unzipped_bytes(path)) >= MAX_UNZIPPED_BYTES:
        raise BuildError(
            f"{path.name} would take {size_bytes:,} bytes in Lambda, bytecode included, and must stay below "
            f"{MAX_UNZIPPED_BYTES:,}: take a smaller library, or leave out more of it (darkroom/packaging/wheels.py)."
        )


def _sources(function: str) -> Iterator[Path]:
    functions = ROOT / "functions"
    yield functions / "__init__.py"
    for folder in (functions / function, functions / "shared"):
        code = (path for path in folder.rglob("*") if path.suffix in {".py", ".json"})
        yield from (path for path in code if path.name not in DEFINITIONS)
