"""`darkroom upload` against a deployment: what arrives, what is refused, and what came of it."""

import urllib.request
from pathlib import Path

import pytest

from functions.operate.upload_photos import Uploader
from tests.photos import jpeg
from tests.workflow.operated import Command
from verification.harness.harness import Harness
from verification.harness.uploads import NOT_A_PHOTO

pytestmark = pytest.mark.usefixtures("operator", "clean_table")


@pytest.fixture
def holiday(tmp_path: Path, operated: Harness, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a photo, and all that a folder of photos may hold besides; its name is new."""
    folder = tmp_path / operated.new_key().partition("/")[0]
    (folder / "sea").mkdir(parents=True)
    (folder / "beach.jpg").write_bytes(jpeg())
    monkeypatch.chdir(tmp_path)
    return folder


def test_a_folder_is_uploaded_waited_for_and_never_uploaded_twice(
    operated: Harness, darkroom: Command, holiday: Path
) -> None:
    (holiday / "sea" / "broken.jpg").write_bytes(NOT_A_PHOTO)
    (holiday / "sea" / "gone.jpg").symlink_to("nowhere.jpg")
    (holiday / "sea" / "loop").symlink_to(holiday)
    (holiday / "notes.txt").write_text("Rain again.")
    (holiday / ".hidden.jpg").write_bytes(jpeg())
    asked = ("--prefix", "2026/", "--user-id", "Zoë", "--preset", "photo", "--strength", "60", "--wait", "--json")
    said = darkroom("upload", holiday.name, *asked)
    assert said.status == 1, "a photo was refused"
    key = f"2026/{holiday.name}/beach.jpg"
    found = {Path(photo["file"]).name: photo for photo in said.document["photos"]}
    assert {name: (photo["outcome"], photo["result"]) for name, photo in found.items()} == {
        "beach.jpg": ("uploaded", "completed"),
        "broken.jpg": ("refused", ""),
        "gone.jpg": ("not uploaded", ""),
        "notes.txt": ("no photo", ""),
    }
    assert found["broken.jpg"]["why"].startswith("UnsupportedImageError: ")
    assert found["gone.jpg"]["why"] == "cannot read it: No such file or directory"
    assert found["beach.jpg"]["key"] == key
    record = operated.record(key)
    assert (record["UserId"], record["Enhancement"]["preset"]) == ("Zoë", "photo")
    sent = operated.aws.client("s3").head_object(Bucket=operated.deployment.bucket, Key=key)
    assert (sent["Metadata"]["strength"], sent["ContentType"]) == ("60", "image/jpeg")
    with urllib.request.urlopen(found["beach.jpg"]["link"]) as copy:  # noqa: S310
        assert copy.read() == operated.object(record["EnhancedKey"])[0]

    again = darkroom("upload", holiday.name, *asked)
    [beach] = [photo for photo in again.document["photos"] if photo["key"] == key]
    assert (beach["outcome"], beach["result"]) == ("there already", "completed")
    other = darkroom(
        "upload", f"{holiday.name}/beach.jpg", "--prefix", f"2026/{holiday.name}", "--user-id", "bob", "--wait"
    )
    assert other.status == 0
    assert "1 uploaded, 1 completed\n" in other.out
    assert len(operated.executions_for(key)) == 2
    assert operated.record(key)["UserId"] == "bob"


def test_a_photo_that_cannot_be_sent_is_named_and_the_others_go_on(
    operated: Harness, darkroom: Command, holiday: Path
) -> None:
    (holiday / "sea" / "a.jpg").write_bytes(jpeg())
    with operated.aws.faults.refuse(
        "s3", "PutObject", caller="operator", times=1, error_code="AccessDenied", status=403
    ):
        said = darkroom("upload", str(holiday), "--json")
    assert said.status == 1
    [failed] = [photo for photo in said.document["photos"] if photo["outcome"] == "not uploaded"]
    assert failed["why"].startswith("these credentials may not call PutObject (AccessDenied")
    again = darkroom("upload", str(holiday), "--wait", "--json")
    assert again.status == 0
    assert again.outcomes()[failed["key"]] == "uploaded"
    assert sorted(again.outcomes().values()) == ["there already", "uploaded"]
    assert all(len(operated.executions_for(key)) == 1 for key in again.outcomes())


def test_a_photo_that_fails_makes_the_status_1(operated: Harness, darkroom: Command, holiday: Path) -> None:
    with operated.faults.deny("enhance", "s3", "GetObject"):
        said = darkroom("upload", f"{holiday}/beach.jpg", "--prefix", holiday.name, "--wait")
    assert said.status == 1
    assert f"{holiday.name}/beach.jpg: failed: ServiceRefusedError: s3:GetObject" in said.out
    operated.backstops(operated.run_of(f"{holiday.name}/beach.jpg"))


def test_an_interrupted_upload_says_so(darkroom: Command, holiday: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Uploader, "upload_all", interrupt)
    said = darkroom("upload", str(holiday))
    assert (said.status, said.err) == (130, "")
    assert said.out.endswith("Interrupted: say the same again for the rest; nothing is uploaded twice.\n")


def test_a_key_under_enhanced_is_wrong_usage(darkroom: Command, holiday: Path) -> None:
    said = darkroom("upload", str(holiday), "--prefix", "enhanced")
    assert (said.status, said.out) == (2, "")
    assert "lies under enhanced/, where Darkroom writes its own results: give a --prefix" in said.err
