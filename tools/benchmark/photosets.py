"""Finds the photos to measure with: sets of pairs, one set of good photos, and sets for visual inspection only."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from darkroom.command_errors import CommandError

# Photos that need no enhancement: every change to them is harm.
GOOD = "good"


class PhotosNotFoundError(CommandError):
    """The folder of photos is missing, or holds none."""


@dataclass(frozen=True)
class Photo:
    """A photo of a set, and its target: another photo, itself (in `good`), or none."""

    set_name: str
    source: Path
    target: Path | None

    @property
    def label(self) -> str:
        """Its set and name, for display."""
        return f"{self.set_name}/{self.source.stem}"


def find_photos(folder: Path) -> list[Photo]:
    """Return every photo below `folder`. A set of pairs holds input/ and target/ with the same names.

    Raises PhotosNotFoundError.
    """
    if not folder.is_dir():
        raise PhotosNotFoundError(f"no folder {str(folder)!r}: name one with sets of photos by PHOTOS=path")
    photos = [photo for part in sorted(folder.iterdir()) if part.is_dir() for photo in _photos_of(part)]
    if not any(photo.target for photo in photos):
        raise PhotosNotFoundError(f"no set in {str(folder)!r}: put pairs into SET/input and SET/target")
    return photos


def _photos_of(folder: Path) -> Iterator[Photo]:
    pairs = (folder / "input").is_dir()
    for source in sorted((folder / "input" if pairs else folder).iterdir()):
        if source.name.startswith(".") or not source.is_file():
            continue
        target = folder / "target" / source.name if pairs else source if folder.name == GOOD else None
        if target and not target.exists():
            raise PhotosNotFoundError(f"no target for {folder.name}/input/{source.name}: add {target}")
        yield Photo(folder.name, source, target)
