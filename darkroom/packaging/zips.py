"""Builds each function's zip from the sources and the lock file: the same input makes the same bytes.

A zip mirrors the repository: functions/__init__.py, functions/<function>, functions/shared, and at the top the
function's wheels. For Lambda the wheels are those of function.json's runtime and architecture, for the host those of
this Python.
"""

import shutil
import zipfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Literal

from darkroom.packaging.dependencies import BuildError, add_files, for_host, for_lambda, install, pack, scratch_folder
from darkroom.packaging.repository import BUILD, FUNCTIONS, ROOT

Target = Literal["host", "lambda"]

DEFINITIONS = {"function.json", "policy.json"}
# Small for the way to AWS, quick to make for this machine.
COMPRESSION = {"lambda": 9, "host": 1}
# Those that no function.json names; terraform and deploy.sh look for their zips in a folder of that name.
OTHER_ARCHITECTURES = {"x86_64"}
# Lambda's limit, layers included. Above 50 MB zipped, as enhance is, a zip goes there by way of S3.
MAX_UNZIPPED_BYTES = 250 * 1024 * 1024


def build(target: Target, functions: Iterable[str] = FUNCTIONS, architecture: str | None = None) -> dict[str, Path]:
    """Build the functions' zips into build/<target>; returns each function's file. Raises BuildError.

    For Lambda, another `architecture` than function.json's goes to build/lambda-<architecture>.
    """
    wheels = _wheels(list(functions), target, architecture)
    other = target == "lambda" and architecture in OTHER_ARCHITECTURES
    folder = BUILD / (f"{target}-{architecture}" if other else target)
    return {function: _build_function(function, target, archive, folder) for function, archive in wheels.items()}


def runtime() -> Path:
    """Return the folder that holds awslambdaric for this Python, installed when the lock file has changed."""
    return install(for_host("lambda-runtime"), BUILD / "runtime")


def _wheels(functions: list[str], target: Target, architecture: str | None) -> dict[str, Path]:
    """Return for each function a zip of its wheels; functions with the same requirements share one."""
    find = for_host if target == "host" else partial(for_lambda, architecture=architecture)
    needs = {function: find(function) for function in functions}
    distinct = list(dict.fromkeys(needs.values()))
    make = partial(pack, parent=BUILD / "wheels", compression=COMPRESSION[target])
    with ThreadPoolExecutor() as pool:
        packed = dict(zip(distinct, pool.map(make, distinct), strict=True))
    return {function: packed[dependencies] for function, dependencies in needs.items()}


def _build_function(function: str, target: Target, wheels: Path, folder: Path) -> Path:
    path = folder / f"{function}.zip"
    with scratch_folder(path.parent) as scratch:
        draft = scratch / path.name
        # Wheels change seldom and are most of the bytes: they come compressed, and the sources are appended.
        shutil.copyfile(wheels, draft)
        with zipfile.ZipFile(draft, "a") as archive:
            sources = ((source.relative_to(ROOT), source) for source in _sources(function))
            add_files(archive, sources, compression=COMPRESSION[target])
            unzipped_bytes = sum(entry.file_size for entry in archive.infolist())
        if unzipped_bytes > MAX_UNZIPPED_BYTES:
            raise BuildError(f"{path.name} unfolds to {unzipped_bytes:,} bytes; Lambda takes {MAX_UNZIPPED_BYTES:,}.")
        draft.replace(path)
    return path


def _sources(function: str) -> Iterator[Path]:
    functions = ROOT / "functions"
    yield functions / "__init__.py"
    for folder in (functions / function, functions / "shared"):
        code = (path for path in folder.rglob("*") if path.suffix in {".py", ".json"})
        yield from (path for path in code if path.name not in DEFINITIONS)
