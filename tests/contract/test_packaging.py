"""The zips: the same bytes each time, nothing in them that does not belong, and they import on their own."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path, PurePath

import pytest

from darkroom.local.lambda_.lambda_code import CodeCache
from darkroom.packaging import dependencies, zips
from darkroom.packaging.dependencies import BuildError, runtime_interpreter
from darkroom.packaging.repository import ROOT, function_definition
from darkroom.packaging.wheels import is_needed
from darkroom.packaging.zips import build
from tests.definitions import FUNCTIONS, function_json

# Building zips takes longer than the inner loop of `make check` may.
pytestmark = pytest.mark.slow


# Imports a handler and makes its clients. Nothing of the zip is compiled: that costs a cold start more than all else.
IMPORT = """
import importlib.util, sys
from importlib.machinery import SourceFileLoader

folder, handler, has_pillow = sys.argv[1:]

def compiled(loader, data, path, **_):
    assert not path.startswith(folder), f"{path} is compiled"
    return compile(data, path, "exec", dont_inherit=True)

SourceFileLoader.source_to_code = compiled
sys.path.insert(0, folder)
importlib.import_module(handler)
import boto3
for name in ("s3", "dynamodb", "sns"):
    boto3.client(name, region_name="eu-west-1")
assert str(importlib.util.find_spec("PIL") is not None) == has_pillow, "Pillow"
assert boto3.__file__.startswith(folder), "boto3 from elsewhere"
"""


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def names(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


@cache
def has_bytecode() -> bool:
    """Return whether this machine has the runtime's Python; without it, zips are built as --no-bytecode builds them."""
    try:
        return bool(runtime_interpreter("3.13"))
    except BuildError:
        return False


@pytest.fixture(scope="module", autouse=True)
def _quick_compression() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(zips.COMPRESSION, "lambda", zips.COMPRESSION["host"])
        yield


@pytest.fixture(scope="module")
def record_for_lambda() -> Path:
    return build("lambda", ["record"], bytecode=has_bytecode())["record"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_zip_for_lambda_stays_a_tenth_below_the_limit_with_bytecode(function: str) -> None:
    with zipfile.ZipFile(build("lambda", [function], bytecode=has_bytecode())[function]) as archive:
        sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    sources = sum(size for name, size in sizes.items() if name.endswith(".py"))
    compiled = sum(size for name, size in sizes.items() if name.endswith(".pyc"))
    assert bool(compiled) == has_bytecode()
    assert compiled < 1.2 * sources
    assert sum(sizes.values()) - compiled + 1.2 * sources < 235_900_000


def test_zips_for_lambda_need_the_runtimes_python_unless_bytecode_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(function_definition("record"), runtime="python3.97")
    monkeypatch.setattr(dependencies, "function_definition", lambda _: other)
    with pytest.raises(BuildError, match=r"run on Python 3\.97.*--no-bytecode"):
        build("lambda", ["record"])


def test_a_zip_that_is_too_large_for_lambda_is_not_built(
    record_for_lambda: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = digest(record_for_lambda)
    monkeypatch.setattr(zips, "MAX_UNZIPPED_BYTES", zips.unzipped_bytes(record_for_lambda))
    with pytest.raises(BuildError, match=r"record\.zip would take [0-9,]+ bytes in Lambda.*wheels\.py"):
        build("lambda", ["record"], bytecode=has_bytecode())
    assert digest(record_for_lambda) == before


def test_no_zip_is_built_for_an_architecture_that_enhance_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(function_definition("record"), architecture="x86_64")
    monkeypatch.setattr(dependencies, "function_definition", lambda _: other)
    with pytest.raises(BuildError, match=r"record/function\.json says x86_64: the functions run on arm64 alone"):
        build("lambda", ["record"])


def test_a_rebuild_from_scratch_makes_the_same_bytes(record_for_lambda: Path, tmp_path: Path) -> None:
    for folder in ("functions", "darkroom"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for file in ("uv.lock", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / file, tmp_path)
    # Other dates, modes and leftovers than in the repository: none of them may leave a trace.
    for path in (tmp_path / "functions").rglob("*.py"):
        os.utime(path, (0, 0))
        path.chmod(0o600)
    (tmp_path / "functions" / "record" / "stale.pyc").write_bytes(b"stale")
    program = (
        "from darkroom.packaging import zips; zips.COMPRESSION['lambda'] = zips.COMPRESSION['host'];"
        f"print(zips.build('lambda', ['record'], bytecode={has_bytecode()})['record'])"
    )
    elsewhere = {**os.environ, "PYTHONPATH": str(tmp_path)}
    built = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=elsewhere, capture_output=True, text=True, check=True
    )
    assert built.stdout.strip() == str(tmp_path / "build" / "lambda" / "record.zip")
    assert digest(Path(built.stdout.strip())) == digest(record_for_lambda)


def test_the_zip_holds_the_sources_as_they_are_now(host_zips: dict[str, Path]) -> None:
    with zipfile.ZipFile(host_zips["record"]) as archive:
        packed = archive.read("functions/record/handler.py")
    assert packed == (ROOT / "functions" / "record" / "handler.py").read_bytes()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_zip_holds_its_function_and_no_other(function: str, host_zips: dict[str, Path]) -> None:
    packed = names(host_zips[function])
    module = function_json(function)["handler"].rpartition(".")[0]
    assert f"{module.replace('.', '/')}.py" in packed
    functions = {name.split("/")[1] for name in packed if name.startswith("functions/") and name.endswith(".py")}
    assert functions == {"__init__.py", function, "shared"}
    # X-Ray's SDK is no longer supported from 2027-02-25 on; the embedded AWS brings it to this machine.
    strange = ("darkroom", "tests", "aws_xray_sdk")
    assert not {name for name in packed if name.startswith(strange)}
    assert not packed & {f"functions/{function}/function.json", f"functions/{function}/policy.json"}


def test_the_message_schema_is_in_the_zip_of_notify(host_zips: dict[str, Path]) -> None:
    assert "functions/notify/message.schema.json" in names(host_zips["notify"])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_python_file_comes_with_the_bytecode_of_this_python(function: str, host_zips: dict[str, Path]) -> None:
    packed = names(host_zips[function])
    expected = {cache_from_source(name) for name in packed if name.endswith(".py")}
    assert {name for name in packed if name.endswith(".pyc")} == expected
    assert len(expected) > 500


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_handler_imports_from_its_zip_alone(function: str, host_zips: dict[str, Path], runtime_folder: Path) -> None:
    code = host_zips[function].read_bytes()
    # Where the embedded AWS unpacks it too.
    cache = CodeCache(runtime_folder.parent / "unpacked")
    folder = cache.unpack(code, base64.b64encode(hashlib.sha256(code).digest()).decode())
    handler = function_json(function)["handler"].rpartition(".")[0]
    has_pillow = str(function in {"validate", "enhance"})
    # -S leaves out site-packages: what the zip lacks cannot come from this environment.
    # A bare environment: importing must need neither settings nor credentials.
    command = [sys.executable, "-S", "-P", "-W", "error", "-c", IMPORT, str(folder), handler, has_pillow]
    done = subprocess.run(command, env={}, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_lambda_wheels_are_those_of_the_function_definition(record_for_lambda: Path) -> None:
    libraries = {name for name in names(record_for_lambda) if name.endswith(".so")}
    assert libraries
    assert all("cpython-313-aarch64" in name for name in libraries)


def test_a_library_keeps_its_licence(record_for_lambda: Path) -> None:
    packed = names(record_for_lambda)
    distributions = {name.split("/")[0] for name in packed if ".dist-info/" in name}
    assert len(distributions) > 10
    for distribution in distributions:
        files = {name for name in packed if name.startswith(f"{distribution}/")}
        assert f"{distribution}/METADATA" in files
        assert len(files) > 1, f"{distribution} has lost its licence"


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("botocore/data/s3/2006-03-01/service-2.json.gz", True),
        ("botocore/data/ec2/2016-11-15/service-2.json.gz", False),
        ("botocore/data/endpoints.json", True),
        ("boto3-1.44.5.dist-info/RECORD", False),
        ("boto3-1.44.5.dist-info/METADATA", True),
        ("pillow-13.0.0.dist-info/licenses/LICENSE", True),
        ("numpy/_core/tests/test_dtype.py", False),
        ("PIL/Image.pyi", False),
        ("PIL/Image.py", True),
        ("wrapt-stubs/__init__.pyi", False),
    ],
)
def test_what_is_left_out(name: str, *, needed: bool) -> None:
    assert is_needed(PurePath(name)) is needed
