"""What `--help` shows can be pasted, and what shells complete is what the commands take."""

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from darkroom.__main__ import COMMANDS, main, parser

# Which appends what it reads.
XARGS = "xargs -d '\\n' "
BASH = shutil.which("bash") or "bash"
EXAMPLES = [line.strip() for command in COMMANDS for line in command.EXAMPLES.splitlines()]


def test_every_command_has_examples() -> None:
    typed = {shlex.split(example.removeprefix(XARGS))[1] for example in EXAMPLES}
    assert typed == {command.__name__.rpartition(".")[2] for command in COMMANDS}


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_can_be_pasted(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "holiday").mkdir()
    (tmp_path / "Pictures").mkdir()
    for name in ("beach.heic", "beach.jpg", "scan.png", "Pictures/beach.jpg"):
        (tmp_path / name).touch()
    for line in example.split(" | "):
        if "darkroom " in line:
            typed = line.removeprefix(XARGS).partition(" < ")[0].partition(" > ")[0]
            assert parser().parse_args(shlex.split(typed)[1:] + (["a.jpg"] if line.startswith(XARGS) else [])).run
    assert capsys.readouterr() == ("", "")


def completed(typed: str, script: str) -> list[str]:
    """Return what bash offers for the last of some words."""
    words = typed.split(" ")
    line = f"COMP_WORDS=({' '.join(map(shlex.quote, words))}); COMP_CWORD={len(words) - 1}; _shtab_darkroom"
    asked = f'{script}\n{line}\nprintf "%s\\n" "${{COMPREPLY[@]}}"'
    shown = subprocess.run([BASH, "-c", asked], capture_output=True, check=True)
    return shown.stdout.decode().split()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("darkroom sta", ["status"]),
        ("darkroom show --h", ["--help", "--html"]),
        ("darkroom rerun --how ", ["auto", "redrive", "new"]),
        ("darkroom show --html bea", ["beach.html"]),
    ],
)
def test_bash_completes_commands_flags_values_and_files(
    typed: str, offered: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "beach.html").touch()
    assert main(["completion", "bash"]) == 0
    found = completed(typed, capsys.readouterr().out)
    assert sorted(found) == sorted(offered)


@pytest.mark.parametrize("shell", ["zsh", "tcsh"])
def test_other_shells_get_a_script_with_every_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert all(command.__name__.rpartition(".")[2] in script for command in COMMANDS)
