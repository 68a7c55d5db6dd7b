"""Which files are sent, under which keys, and which are refused before anything is: by the pipeline's own rules."""

from collections.abc import Iterable, Iterator, Mapping

from darkroom.command_errors import UsageError
from darkroom.commands.local_words import refusal
from darkroom.commands.photo_files import LocalPhoto
from functions.operate.upload_keys import own_results, unnamable, upload_key
from functions.operate.upload_outcome import UploadOutcome
from functions.operate.upload_photos import NewPhoto, file_outcome
from functions.shared.errors import PermanentImageError
from functions.shared.imaging.formats import BY_NAME
from functions.validate.inspect_photo import Limits, inspect_photo


def limits_of(environment: Mapping[str, str]) -> Limits:
    """Return the limits of a photo by the environment of the function that checks them."""
    return Limits(*(int(environment[name]) for name in ("MAX_BYTES", "MAX_PIXELS", "MAX_FRAMES")))


def key_of(photo: LocalPhoto, prefix: str) -> str:
    """Return the key of a photo below a prefix, which is a folder. Raises UsageError for one below enhanced/."""
    key = upload_key(prefix, photo.key)
    if why := own_results(key):
        raise UsageError(f"{why}: give a --prefix")
    return key


def checked(photos: Iterable[tuple[LocalPhoto, str]], limits: Limits) -> Iterator[NewPhoto | UploadOutcome]:
    """Yield each photo with its key as it is to be sent, or the outcome of one that is not."""
    for photo, key in photos:
        yield _unnamable(photo, key) or _checked(photo, key, limits)


def _unnamable(photo: LocalPhoto, key: str) -> UploadOutcome | None:
    why = unnamable(key)
    return file_outcome(photo.source, key, "refused", why) if why else None


def _checked(photo: LocalPhoto, key: str, limits: Limits) -> NewPhoto | UploadOutcome:
    try:
        with photo.source.open("rb") as source:
            facts = inspect_photo(source, size_bytes=photo.source.stat().st_size, limits=limits)
    except PermanentImageError as error:
        why = f"{type(error).__name__}: {refusal(error, limits_are_flags=False)}"
        return file_outcome(photo.source, key, "refused" if photo.is_expected else "no photo", why)
    except OSError as error:
        return file_outcome(photo.source, key, "not uploaded", f"cannot read it: {error.strerror or error}")
    return NewPhoto(photo.source, key, BY_NAME[facts.format].content_type)
