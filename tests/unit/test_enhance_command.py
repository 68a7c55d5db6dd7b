"""`darkroom enhance`: local photos through the Lambda's code, nothing of the person's lost."""

import argparse
import ast
import io
import itertools
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from darkroom.__main__ import main
from darkroom.command_errors import UsageError
from darkroom.commands import enhance as enhance_command
from darkroom.commands.enhance_files import Job, enhance_file
from darkroom.commands.enhance_report import Outcome
from darkroom.commands.local_words import refusal
from darkroom.commands.photo_check import lambda_limits
from darkroom.commands.photo_files import LocalPhoto, find_photos
from darkroom.commands.worker_pool import results
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import EnhancedPhoto, enhance_photo
from functions.shared.errors import CorruptImageError
from functions.validate.inspect_photo import Limits
from tests.definitions import ROOT, function_json
from tests.photos import encoded, jpeg, scene

LONG_AGO = 1_000_000_000
[COMMAND] = re.findall(r"^\.venv/bin/(darkroom enhance .+)$", (ROOT / "README.md").read_text(), re.MULTILINE)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder of a test, whose paths may so be short ones."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(name: str, content: bytes) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def tree(folder: str) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if not path.is_dir()}


def enhanced(content: bytes) -> EnhancedPhoto:
    limits = lambda_limits()
    return enhance_photo(io.BytesIO(content), max_pixels=limits.max_pixels, max_frames=limits.max_frames)


def job(*, force: bool = False, limits: Limits | None = None) -> Job:
    return Job(Path("out"), force, limits or lambda_limits(), Control())


def enhance(name: str, *, force: bool = False, limits: Limits | None = None) -> Outcome:
    return enhance_file(LocalPhoto(Path(name), name, is_expected=True), job(force=force, limits=limits))


def keys(*named: str) -> dict[str, str]:
    return {photo.source.as_posix(): photo.key for photo in find_photos([Path(name) for name in named], Path("out"))}


# The whole command


def test_the_readmes_command_enhances_a_folder_and_a_photo(capsys: pytest.CaptureFixture[str]) -> None:
    photo, tiff, heic = jpeg(), encoded(scene(seed=2), "TIFF"), (ROOT / "tests/data/turned.heic").read_bytes()
    for name, content in {"holiday/a.jpg": photo, "holiday/b/c.tif": tiff, "beach.heic": heic}.items():
        put(name, content)
    assert main(shlex.split(COMMAND)[1:]) == 0
    assert tree("better") == {"holiday/a.jpg", "holiday/b/c.tif.jpg", "beach.heic.jpg"}
    assert Path("better/holiday/a.jpg").read_bytes() == enhanced(photo).body
    assert Path("better/holiday/b/c.tif.jpg").read_bytes() == enhanced(tiff).body
    assert Path("better/holiday/b/c.tif.jpg").stat().st_mtime == LONG_AGO
    assert Path("holiday/a.jpg").read_bytes() == photo
    printed = capsys.readouterr().out.splitlines()
    assert f"holiday/a.jpg -> better/holiday/a.jpg: {enhanced(photo).enhancement['summary']}" in printed
    assert printed[-1] == "3 enhanced, 0 failed"


def test_a_broken_photo_does_not_stop_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    good = jpeg(width=2000, height=1500)
    for name in ("a.jpg", "c.jpg", "d.jpg"):
        put(f"in/{name}", jpeg())
    put("in/b.jpg", good[: len(good) // 2])
    put("in/notes.txt", b"Lens cleaned.")
    assert main(["enhance", "in", "--out", "out", "--jobs", "2"]) == 1
    assert tree("out") == {"in/a.jpg", "in/c.jpg", "in/d.jpg"}
    printed = capsys.readouterr()
    assert "in/b.jpg: CorruptImageError: The photo's pixels are broken or cut short" in printed.out
    assert printed.out.endswith("3 enhanced, 1 failed, 1 skipped that Darkroom does not read\n")
    assert printed.err == "darkroom enhance: 1 of 5 files failed\n"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["none.jpg", "--out", "out"], "cannot read 'none.jpg'"),
        (["in/a.jpg"], "--out"),
        (["in/a.jpg", "--out", "out", "--jobs", "0"], "'0' is no count"),
    ],
)
def test_arguments_that_cannot_be_are_refused(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    put("in/a.jpg", jpeg())
    with pytest.raises(SystemExit) as ended:
        main(["enhance", *arguments])
    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err


def test_wrong_usage_ends_with_status_2_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    original = put("in/a.jpg", jpeg()).read_bytes()
    assert main(["enhance", "in/a.jpg", "--out", "in", "--force"]) == 2
    assert "the copy of in/a.jpg could replace in/a.jpg; choose another --out" in capsys.readouterr().err
    assert Path("in/a.jpg").read_bytes() == original


def test_an_out_that_is_a_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    put("a.jpg", jpeg())
    put("out", b"mine")
    for out in ("out", "out/below"):
        assert main(["enhance", "a.jpg", "--out", out]) == 2
        assert capsys.readouterr().err == f"darkroom enhance: --out {out}: out is a file; name a folder\n"
    assert Path("out").read_bytes() == b"mine"


def test_the_command_line_imports_nothing_heavy() -> None:
    heavy = {"PIL", "numpy", "moto", "pydantic", "uvicorn", "aws_lambda_powertools"}
    code = f"import darkroom.__main__, sys; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


# Which photos, and where their copies go


def test_a_folder_keeps_its_name_and_what_is_below_it() -> None:
    for name in ("in/a.jpg", "in/b/c.png", "in/.hidden.jpg", "in/.git/d.jpg", "in/._a.jpg", "e.jpg"):
        put(name, b"")
    assert keys("in", "e.jpg") == {"in/a.jpg": "in/a.jpg", "in/b/c.png": "in/b/c.png", "e.jpg": "e.jpg"}


@pytest.mark.parametrize("named", [".", "in/.."])
def test_the_working_folder_has_no_name_and_out_is_not_read_again(named: str) -> None:
    for name in ("in/a.jpg", "out/in/a.jpg"):
        put(name, b"")
    assert list(keys(named).values()) == ["in/a.jpg"]


def test_the_same_photo_is_enhanced_once_however_it_is_named(folder: Path) -> None:
    put("in/a.jpg", b"")
    assert keys("in/a.jpg", "in", "in/../in/a.jpg", str(folder / "in" / "a.jpg")) == {"in/a.jpg": "a.jpg"}


def test_a_link_to_a_folder_is_not_followed() -> None:
    put("in/a.jpg", b"")
    put("elsewhere/b.jpg", b"")
    Path("in/link").symlink_to("../elsewhere")
    assert keys("in") == {"in/a.jpg": "in/a.jpg"}


@pytest.mark.parametrize(
    ("named", "complaint"),
    [
        (["in/a.jpg", "more/a.jpg"], "in/a.jpg and more/a.jpg would both become a.jpg"),
        (["empty"], "no files in empty"),
        (["out"], "into out itself"),
        (["out/b.jpg"], "could replace out/b.jpg"),
        (["b", "out/b.jpg"], "the copy of b could replace out/b.jpg"),
        (["link"], "the copy of link/a.jpg could replace out/link/a.jpg"),
    ],
)
def test_what_would_replace_something_is_refused(named: list[str], complaint: str) -> None:
    for name in ("in/a.jpg", "more/a.jpg", "out/b.jpg", "b", "link/a.jpg"):
        put(name, b"")
    Path("empty").mkdir()
    Path("out/link").symlink_to("../link")
    with pytest.raises(UsageError, match=complaint):
        keys(*named)


def test_copies_that_would_meet_get_the_lambdas_distinct_names() -> None:
    for name in ("a.heic", "a.heic.jpg"):
        put(name, b"")
    heic, namesake = find_photos([Path("a.heic"), Path("a.heic.jpg")], Path("out"))
    assert re.fullmatch(r"a\.heic~[0-9a-f]{16}\.jpg", heic.copy_name("HEIF", "JPEG"))
    assert namesake.copy_name("JPEG", "JPEG") == "a.heic.jpg"
    [alone] = find_photos([Path("a.heic")], Path("out"))
    assert alone.copy_name("HEIF", "JPEG") == "a.heic.jpg"
    assert heic.copy_name("HEIF", "PNG") == "a.heic.png"


# One photo


@pytest.mark.skipif(sys.platform != "linux", reason="this system's names are always UTF-8")
def test_a_name_of_another_encoding_is_kept_and_printed_as_far_as_it_can_be(capsys: pytest.CaptureFixture[str]) -> None:
    name = os.fsdecode(b"caf\xe9.jpg")
    put(name, jpeg())
    assert main(["enhance", name, "--out", "out"]) == 0
    assert tree("out") == {name}
    assert "caf\N{REPLACEMENT CHARACTER}.jpg -> out/caf" in capsys.readouterr().out


def test_an_existing_copy_is_kept_unless_forced() -> None:
    original = put("a.jpg", jpeg()).read_bytes()
    put("out/a.jpg", b"mine")
    outcome = enhance("a.jpg")
    assert (outcome.status, Path("out/a.jpg").read_bytes()) == ("skipped", b"mine")
    assert outcome.line == "a.jpg: skipped, out/a.jpg exists; --force replaces it"
    assert enhance("a.jpg", force=True).status == "enhanced"
    assert Path("out/a.jpg").read_bytes() == enhanced(original).body
    assert tree("out") == {"a.jpg"}


def test_existing_copies_are_counted_as_skipped_and_asked_about(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("in/a.jpg", "in/b.jpg", "out/in/a.jpg"):
        put(name, jpeg())
    assert main(["enhance", "in", "--out", "out"]) == 1
    printed = capsys.readouterr()
    assert printed.out.splitlines()[1:] == [
        "in/a.jpg: skipped, out/in/a.jpg exists; --force replaces it",
        "1 enhanced, 0 failed, 1 skipped because its copy exists",
    ]
    assert printed.err == (
        "darkroom enhance: 1 of 2 files skipped because the copy exists: "
        "--force replaces such copies, --skip-existing keeps them\n"
    )
    assert main(["enhance", "in", "--out", "out", "--skip-existing"]) == 0
    assert capsys.readouterr().out == "0 enhanced, 0 failed, 2 skipped because their copies exist\n"


def test_to_force_and_to_skip_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    put("a.jpg", jpeg())
    with pytest.raises(SystemExit, match="2"):
        main(["enhance", "a.jpg", "--out", "out", "--force", "--skip-existing"])
    assert "not allowed with argument --force" in capsys.readouterr().err


def test_a_copy_that_cannot_be_put_in_its_place_leaves_nothing_behind() -> None:
    put("a.jpg", jpeg())
    Path("out/a.jpg").mkdir(parents=True)
    assert enhance("a.jpg", force=True).line.startswith("a.jpg: IsADirectoryError: ")
    assert [path.name for path in Path("out").iterdir()] == ["a.jpg"]


def test_a_copy_is_readable_as_any_new_file_is() -> None:
    put("a.jpg", jpeg())
    enhance("a.jpg")
    Path("ordinary").touch()
    assert Path("out/a.jpg").stat().st_mode == Path("ordinary").stat().st_mode


def test_a_folder_that_cannot_be_made_fails_its_photos_alone() -> None:
    put("in/a.jpg", jpeg())
    put("out/in", b"a file where the folder should be")
    assert enhance("in/a.jpg").line.startswith("in/a.jpg: FileExistsError: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_target_fails_and_stays_as_it_is() -> None:
    put("a.jpg", jpeg())
    Path("out").mkdir(mode=0o555)
    assert "PermissionError" in enhance("a.jpg").line
    assert tree("out") == set()


def test_the_limits_are_those_of_the_function() -> None:
    environment = function_json("enhance")["environment"]
    expected = Limits(*(int(environment[f"MAX_{name}"]) for name in ("BYTES", "PIXELS", "FRAMES")))
    parser = argparse.ArgumentParser()
    enhance_command.add_to(parser.add_subparsers())
    put("a.jpg", b"")
    options = parser.parse_args(["enhance", "a.jpg", "--out", "out"])
    assert Limits(options.max_bytes, options.max_pixels, options.max_frames) == lambda_limits() == expected


@pytest.mark.parametrize("limits", [Limits(100, 10**6, 1), Limits(10**6, 100, 1)])
def test_a_photo_over_a_limit_is_refused(limits: Limits) -> None:
    put("a.jpg", jpeg())
    assert "a.jpg: ImageTooLargeError: " in enhance("a.jpg", limits=limits).line


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("notes.txt", b"Lens cleaned.", "skipped"),
        ("empty", b"", "skipped"),
        ("photo.dat", jpeg(), "enhanced"),
        ("empty.JPG", b"", "failed"),
    ],
)
def test_in_a_folder_the_content_counts_but_a_photos_name_is_reported(name: str, content: bytes, status: str) -> None:
    put(f"in/{name}", content)
    [photo] = find_photos([Path("in")], Path("out"))
    assert enhance_file(photo, job()).status == status


def test_a_file_that_is_named_is_never_skipped() -> None:
    put("notes.txt", b"Lens cleaned.")
    assert "UnsupportedImageError" in enhance("notes.txt").line


# The pool


def die_or_double(number: int) -> int:
    if number == 3:
        os._exit(1)
    return 2 * number


def test_an_item_that_kills_its_process_takes_no_other_along() -> None:
    found = list(results(die_or_double, range(7), processes=2, crashed=lambda number: -number))
    assert sorted(found) == [-3, 0, 2, 4, 8, 10, 12]


# What programs read, and what errors advise


def test_json_is_all_that_is_on_stdout(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    photo = jpeg()
    for name, content in {"in/a.jpg": photo, "in/b.jpg": b"", "in/c.txt": b"Lens cleaned.", "in/d.jpg": photo}.items():
        put(name, content)
    put("out/in/d.jpg", b"mine")
    assert main(["enhance", "in", "--out", "out", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    photos = {photo.pop("photo"): photo for photo in document.pop("photos")}
    assert document == {"enhanced": 1, "failed": 1, "skipped": 2}
    assert photos["in/a.jpg"] == {
        "status": "enhanced",
        "copy": "out/in/a.jpg",
        "detail": enhanced(photo).enhancement["summary"],
    }
    found = {name: (photo["status"], photo["error"]) for name, photo in photos.items() if "error" in photo}
    assert found == {
        "in/b.jpg": ("failed", "CorruptImageError"),
        "in/c.txt": ("skipped", "UnsupportedImageError"),
        "in/d.jpg": ("skipped", "CopyExistsError"),
    }
    assert main(["enhance", "in/a.jpg", "--out", "fresh", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["enhanced"] == 1


def test_a_limit_is_raised_by_the_flag_that_the_error_advises(capsys: pytest.CaptureFixture[str]) -> None:
    put("a.jpg", jpeg())
    for flag in ("--max-bytes", "--max-pixels"):
        assert main(["enhance", "a.jpg", "--out", "out", flag, "100"]) == 1
        assert f"Raise {flag}." in capsys.readouterr().out
    assert main(["enhance", "a.jpg", "--out", "out", "--max-bytes", "1000000", "--max-pixels", "1000000"]) == 0


def test_the_first_frame_of_an_animation_is_enhanced_on_demand(capsys: pytest.CaptureFixture[str]) -> None:
    put("a.gif", animation())
    assert main(["enhance", "a.gif", "--out", "out"]) == 1
    assert "Raise --max-frames to enhance the first frame." in capsys.readouterr().out
    assert main(["enhance", "a.gif", "--out", "out", "--max-frames", "2"]) == 0
    assert tree("out") == {"a.gif.png"}


def animation() -> bytes:
    frames, target = [Image.new("RGB", (64, 48), colour) for colour in ("red", "blue")], io.BytesIO()
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:])
    return target.getvalue()


def advice_in(source: Path) -> set[str]:
    """Return the texts in a module, its docstrings left out, that advise something which only holds in AWS."""
    nodes = [node for node in ast.walk(ast.parse(source.read_text())) if not isinstance(node, ast.Expr)]
    values = [child for node in nodes for child in ast.iter_child_nodes(node) if isinstance(child, ast.Constant)]
    return {str(value.value) for value in values if re.search("MAX_|[Uu]pload", str(value.value))}


def test_no_error_advises_to_upload_or_to_set_a_variable() -> None:
    folders = ("functions/shared/imaging", "functions/enhance/codec", "functions/validate")
    sources = [source for folder in folders for source in (ROOT / folder).glob("*.py")]
    handlers = {"handler.py", "settings.py"}
    texts = set().union(*(advice_in(source) for source in sources if source.name not in handlers))
    assert len(texts) > 5
    for text, flags in itertools.product(texts, (True, False)):
        local = refusal(CorruptImageError(text), limits_are_flags=flags)
        assert not re.search("MAX_|[Uu]pload", local), local
        assert flags or "--max" not in local, local


# Control


def test_preset_and_strength_reach_the_photo() -> None:
    photo = jpeg()
    put("a.jpg", photo)
    assert main(["enhance", "a.jpg", "--out", "none", "--preset", "none"]) == 0
    assert main(["enhance", "a.jpg", "--out", "half", "--preset", "photo", "--strength", "50"]) == 0
    for out, control in (("none", Control("none")), ("half", Control("photo", 50))):
        expected = enhance_photo(io.BytesIO(photo), max_pixels=10**6, control=control).body
        assert Path(out, "a.jpg").read_bytes() == expected != enhanced(photo).body


@pytest.mark.parametrize(("option", "value"), [("--preset", "foto"), ("--strength", "101"), ("--strength", "much")])
def test_a_bad_control_is_named_with_what_is_allowed(
    option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    put("a.jpg", jpeg())
    with pytest.raises(SystemExit, match="2"):
        main(["enhance", "a.jpg", "--out", "out", option, value])
    printed = capsys.readouterr().err
    assert value in printed
    assert ("document" if option == "--preset" else "0 to 100") in printed
