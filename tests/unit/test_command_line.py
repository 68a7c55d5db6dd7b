"""The command line says what is wrong with how it was called."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from darkroom.__main__ import main
from darkroom.command_errors import CommandError
from darkroom.commands import build, demonstration
from darkroom.commands.arguments import readable_file
from darkroom.commands.demo import SAMPLE
from darkroom.packaging.dependencies import ARM64_ALONE
from tests.definitions import ROOT


def test_a_photo_that_cannot_be_read_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["demo", "no/such/photo.jpg"])
    assert ended.value.code == 2
    assert "cannot read 'no/such/photo.jpg': No such file or directory" in capsys.readouterr().err


def test_the_sample_photo_exists() -> None:
    assert SAMPLE.is_file()


@pytest.mark.parametrize(("error", "status"), [(CommandError("lens [cap] on"), 1), (KeyboardInterrupt(), 130)])
def test_failures_end_with_a_line_and_a_status(
    error: BaseException, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(build, "build", fail)
    assert main(["build", "host"]) == status
    assert capsys.readouterr().err == ("darkroom build: lens [cap] on\n" if status == 1 else "")


def test_a_tilde_that_the_shell_has_left_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.jpg").touch()
    assert readable_file("~/a.jpg") == tmp_path / "a.jpg"
    for name in ("~b.jpg", "~"):
        Path(name).touch()
        assert readable_file(name) == Path(name)


@pytest.mark.parametrize("name", ["a$b.jpg", "a$(b.jpg", "two words.jpg", "~/x.jpg", "#1 'best'.jpg", "$$.jpg", ""])
@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_make_demo_passes_the_photo_on_as_it_was_typed(name: str) -> None:
    print_arguments = f"RUN={sys.executable} -c 'import sys; print(*sys.argv[4:])'"
    command = ["make", "-s", "-o", ".venv/.ready", "demo", f"PHOTO={name}", print_arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == f"{name}\n"


def test_an_architecture_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--architecture", "x86_64"]) == 2
    said = f"--architecture is no option any more: {ARM64_ALONE}. Leave it out."
    assert capsys.readouterr().err == f"darkroom build: {said}\n"


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_make_build_passes_an_architecture_on_to_be_refused() -> None:
    print_arguments = f"RUN={sys.executable} -c 'import sys; print(*sys.argv[1:])'"
    command = ["make", "-s", "-o", ".venv/.ready", "build", "ARCHITECTURE=x86_64", print_arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "-m darkroom build --architecture x86_64\n"


@pytest.mark.parametrize(("arguments", "bytecode"), [([], True), (["--no-bytecode"], False)])
def test_bytecode_is_left_out_on_request_alone(
    arguments: list[str], *, bytecode: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def note(*_: str, **options: bool) -> dict[str, Path]:
        asked.append(options)
        return {}

    monkeypatch.setattr(build, "build", note)
    assert main(["build", "lambda", *arguments]) == 0
    assert asked == [{"bytecode": bytecode}]


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_that_cannot_be_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["local", "--port", port])
    assert f"'{port}' is no port; give a number from 1 to 65535" in capsys.readouterr().err


def test_the_demo_refuses_a_file_that_is_no_photo_before_it_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def started(*_: object, **__: object) -> None:
        raise AssertionError("the pipeline was started")

    monkeypatch.setattr(demonstration, "running_pipeline", started)
    monkeypatch.chdir(tmp_path)
    Path("diary.txt").write_text("Dear diary")
    assert main(["demo", "diary.txt", "--folder", "out"]) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith("darkroom demo: diary.txt: UnsupportedImageError: ")
    assert "Choose a JPEG" in printed.err
    assert (printed.out, Path("out").exists()) == ("", False)
