"""The command line says what is wrong with how it was called."""

import pytest

from darkroom.__main__ import main
from darkroom.command_errors import CommandError
from darkroom.commands import build
from darkroom.commands.demo import SAMPLE


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
