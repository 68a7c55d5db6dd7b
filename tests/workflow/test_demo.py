"""The demo runs as it will for whoever tries Darkroom first: as a program, on the sample photo, without a terminal."""

import subprocess
import sys
from pathlib import Path

from PIL import Image

from darkroom.packaging.repository import ROOT
from tests.photos import jpeg
from tests.waiting import PROGRAM_LIMIT_SECONDS


def demo(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "darkroom", "demo", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=PROGRAM_LIMIT_SECONDS, check=False, cwd=ROOT)


def test_the_demo_shows_success_failure_and_redrive(
    host_zips: dict[str, Path], runtime_folder: Path, tmp_path: Path
) -> None:
    done = demo("--folder", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    acts = done.stdout.split("\n1  ")[1].split("\n2  ")
    success, (failure, outage) = acts[0], acts[1].split("\n3  ")
    assert "Execution SUCCEEDED" in success
    assert "COMPLETED" in success
    assert "Execution FAILED: EnhanceImage failed with CorruptImageError" in failure
    assert outage.index("Execution FAILED") < outage.index("\nRedrive ") < outage.index("Execution SUCCEEDED")
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    with Image.open(tmp_path / "before-after.jpg") as picture:
        assert picture.width > picture.height
    assert len(list((tmp_path / "inbox").rglob("*.eml"))) >= 4


def test_a_demo_that_breaks_its_promise_says_so_and_fails(
    host_zips: dict[str, Path], runtime_folder: Path, tmp_path: Path
) -> None:
    photo = jpeg(width=2000, height=1500)
    # Its header is sound, so the demo deploys; its pixels are cut short.
    (tmp_path / "cut.jpg").write_bytes(photo[: len(photo) // 2])
    done = demo(tmp_path / "cut.jpg", "--folder", tmp_path)
    assert done.returncode == 1
    assert "CorruptImageError" in done.stdout
    assert done.stderr == "darkroom demo: The execution should have ended SUCCEEDED; see above.\n"
