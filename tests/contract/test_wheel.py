"""The wheel holds the product and no more, and its command works in any folder."""

import os
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from PIL import Image

from tests.definitions import FUNCTIONS, ROOT
from tests.photos import jpeg

pytestmark = pytest.mark.slow
VERSION = version("darkroom")
UV = (sys.executable, "-m", "uv", "--quiet")
# What uv says where it reaches no registry; all else that fails is a fault of the wheel.
UNREACHABLE = ("error sending request", "dns error", "Failed to fetch", "Connection refused", "network was disabled")


def uv(*arguments: str | Path) -> str:
    """Call uv in the checkout; the test is skipped where the registry cannot be reached."""
    done = subprocess.run([*UV, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if any(reason in done.stderr for reason in UNREACHABLE):
        pytest.skip(f"the package registry cannot be reached: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", "--out-dir", folder)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the command of a fresh environment that holds the wheel, and what the lock file says that it needs."""
    environment = tmp_path_factory.mktemp("environment") / "venv"
    locked = environment.parent / "requirements.txt"
    uv("venv", "--python", sys.executable, environment)
    locked.write_text(uv("export", "--frozen", "--no-default-groups", "--no-emit-project", "--no-annotate"))
    python = environment / "bin" / "python"
    uv("pip", "install", "--python", python, "--require-hashes", "--requirements", locked)
    # Without the registry: what the wheel needs and the lock file does not list must fail here.
    uv("pip", "install", "--python", python, "--offline", wheel)
    uv("pip", "check", "--python", python)
    return environment / "bin" / "darkroom"


def run(command: Path, folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Call the command as a person does who has nothing but the wheel."""
    bare = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.run([command, *arguments], cwd=folder, env=bare, capture_output=True, text=True, check=False)


def test_the_wheel_holds_the_product_with_its_definitions(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    sources = {
        path.relative_to(ROOT).as_posix()
        for package in ("darkroom", "functions")
        for path in (ROOT / package).rglob("*")
        if path.suffix in {".py", ".json"}
    }
    page = {path.relative_to(ROOT).as_posix() for path in (ROOT / "darkroom/page/static").rglob("*") if path.is_file()}
    assert "darkroom/page/static/index.html" in page
    machines = {f"darkroom/statemachine/{path.name}" for path in (ROOT / "statemachine").glob("*.json")}
    assert {f"functions/{function}/{name}.json" for function in FUNCTIONS for name in ("function", "policy")} <= sources
    assert {"functions/notify/message.schema.json", "functions/enhance/analysis/correction.json"} <= sources
    assert len(machines) >= 4
    documents = {f"darkroom/documents/{path.name}" for path in (ROOT / "deploy" / "documents").glob("*.json")}
    assert {"darkroom/documents/operator-policy.json", "darkroom/documents/alarms.json"} <= documents
    assert sources | machines | documents | page <= names
    assert {name.split("/")[0] for name in names} == {"darkroom", "functions", f"darkroom-{VERSION}.dist-info"}


def test_the_installed_command_says_what_it_is(command: Path, tmp_path: Path) -> None:
    assert run(command, tmp_path, "--version").stdout == f"darkroom {VERSION}\n"
    for arguments in (["--help"], ["replay", "--help"], ["enhance", "--help"], ["page", "--help"]):
        done = run(command, tmp_path, *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("usage: darkroom")


def test_the_installed_command_enhances_a_photo(command: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(jpeg())
    done = run(command, tmp_path, "enhance", "a.jpg", "--out", "better")
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("1 enhanced, 0 failed\n")
    with Image.open(tmp_path / "better" / "a.jpg") as copy:
        copy.load()


def test_the_installed_package_knows_what_a_deployment_should_be(command: Path, tmp_path: Path) -> None:
    """As `darkroom doctor` asks it."""
    program = """
from darkroom.deployment.monitoring import alarm_documents
from darkroom.deployment.names import Names
from darkroom.deployment.settings import Settings
from darkroom.deployment.storage_resources import bucket_documents, key_documents, table_documents, topic_documents
names = Names(Settings("eu-central-1", "gallery", "gallery-uploads"), "111122223333", "key")
bucket_documents(names, "gallery-uploads", sends_events=True)
for documents in (alarm_documents, key_documents, table_documents, topic_documents):
    documents(names)
"""
    done = run(command.parent / "python", tmp_path, "-c", program)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_installed_package_holds_the_page_and_its_routes(command: Path, tmp_path: Path) -> None:
    """As `darkroom page` serves them."""
    program = """
from darkroom.page import server
from darkroom.page.files import static_files
assert static_files()["/"].content
"""
    done = run(command.parent / "python", tmp_path, "-c", program)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_installed_command_asks_aws_and_says_what_is_missing(command: Path, tmp_path: Path) -> None:
    done = run(command, tmp_path, "replay", "https://sqs.eu-central-1.amazonaws.com/123456789012/undelivered")
    assert done.returncode == 1
    assert done.stderr.startswith("darkroom replay: no Region is set: ")


@pytest.mark.parametrize("name", ["build", "demo", "local"])
def test_a_command_that_needs_the_repository_says_so_in_one_sentence(command: Path, tmp_path: Path, name: str) -> None:
    done = run(command, tmp_path, name)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"darkroom {name}: it builds the functions from the repository, which an installed package does not hold: "
        f"run `make {name}` in a checkout of Darkroom\n"
    )
    assert list(tmp_path.iterdir()) == []
