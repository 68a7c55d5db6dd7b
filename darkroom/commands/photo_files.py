"""Which files `enhance` and `upload` work on, and under which names the copies of `enhance` go below --out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from darkroom.command_errors import UsageError
from functions.shared.contracts import OUTPUT_PREFIX
from functions.shared.imaging.formats import BY_SUFFIX, COPY_SUFFIXES
from functions.shared.output_keys import new_extension, output_keys


@dataclass(frozen=True)
class LocalPhoto:
    """A file to enhance or upload. `key` is its path below --out, with slashes, as an upload's is below enhanced/.

    `is_expected` says that a person or the file's name calls it a photo: only then it is reported where its content is
    none. `occupied` holds keys of other photos.
    """

    source: Path
    key: str
    is_expected: bool
    occupied: frozenset[str] = frozenset()

    def copy_name(self, source_format: str, copy_format: str) -> str:
        """Return the copy's path below --out by the rule of the Lambda; both formats are Pillow's names."""
        keys = output_keys(self.key, new_extension(source_format, copy_format))
        plain, distinct = (key.removeprefix(OUTPUT_PREFIX) for key in keys)
        return distinct if plain in self.occupied else plain


def find_photos(named: Sequence[Path], out: Path) -> list[LocalPhoto]:
    """Return the files named and those below the folders named, each once, hidden ones and `out` left out.

    A folder keeps its name below `out`, as with `cp -r`. Raises UsageError where there is nothing to do, or where a
    copy would replace a photo or another copy.
    """
    photos: dict[Path, LocalPhoto] = {}
    for photo in local_photos(named, out.resolve()):
        photos.setdefault(_place(photo.source), photo)
    _require_files(photos, named)
    _refuse_overwriting(photos, out)
    return list(_distinct(photos.values()))


def find_uploads(named: Sequence[Path]) -> list[LocalPhoto]:
    """Return the files named and those below the folders named, each once, hidden ones left out.

    A folder keeps its name in the keys, as with `cp -r`. Raises UsageError where there is nothing to do, or where two
    files would have the same key.
    """
    photos: dict[Path, LocalPhoto] = {}
    for photo in local_photos(named):
        photos.setdefault(_place(photo.source), photo)
    _require_files(photos, named)
    _refuse_same_keys(photos.values(), "upload them with another --prefix")
    return list(photos.values())


def local_photos(named: Sequence[Path], out: Path | None = None) -> Iterator[LocalPhoto]:
    """Yield the files named and those below the folders named, in order; hidden ones and `out` are left out.

    Links to folders are not followed, so that none leads in a circle. Raises UsageError for `out` itself.
    """
    for path in named:
        if not path.is_dir():
            yield LocalPhoto(path, path.name, is_expected=True)
            continue
        if path.resolve() == out:
            raise UsageError(f"the copies of {path} would go into {path} itself; choose another --out")
        parent = path if path.name in {"", ".."} else path.parent
        for file in _files(path, out):
            yield LocalPhoto(file, file.relative_to(parent).as_posix(), file.suffix.lower() in BY_SUFFIX)


def _require_files(photos: dict[Path, LocalPhoto], named: Sequence[Path]) -> None:
    if not photos:
        raise UsageError(f"no files in {', '.join(map(str, named))}; name a photo or a folder with photos")


def _files(folder: Path, out: Path | None) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except PermissionError:
        # It fails as a photo that cannot be read does, and stops the others no more than that.
        yield folder
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        # A photo's name that leads nowhere is reported as a photo that cannot be read.
        if entry.is_file() or (_is_broken_link(entry) and entry.suffix.lower() in BY_SUFFIX):
            yield entry
        elif entry.is_dir() and not entry.is_symlink() and entry.resolve() != out:
            yield from _files(entry, out)


def _is_broken_link(path: Path) -> bool:
    return path.is_symlink() and not path.exists()


def _place(path: Path) -> Path:
    """Return one path for every way to name the same file; a link to a photo is a file of its own."""
    return path.parent.resolve() / path.name


def _refuse_overwriting(photos: dict[Path, LocalPhoto], out: Path) -> None:
    for photo in photos.values():
        for name in (photo.key, *_converted(photo.key)):
            if _place(out / name) in photos:
                raise UsageError(f"the copy of {photo.source} could replace {out / name}; choose another --out")


def _distinct(photos: Iterable[LocalPhoto]) -> Iterator[LocalPhoto]:
    by_key = _refuse_same_keys(photos, "enhance them into different ones")
    for photo in by_key.values():
        occupied = frozenset(_converted(photo.key) & by_key.keys())
        yield LocalPhoto(photo.source, photo.key, photo.is_expected, occupied)


def _refuse_same_keys(photos: Iterable[LocalPhoto], remedy: str) -> dict[str, LocalPhoto]:
    """Return the photos by their keys. Raises UsageError, which names the remedy, for two of the same key."""
    by_key: dict[str, LocalPhoto] = {}
    for photo in photos:
        other = by_key.setdefault(photo.key, photo)
        if other is not photo:
            raise UsageError(
                f"{other.source} and {photo.source} would both become {photo.key}; "
                f"name the folders that they lie in, or {remedy}"
            )
    return by_key


def _converted(key: str) -> set[str]:
    return {f"{key}{suffix}" for suffix in COPY_SUFFIXES}
