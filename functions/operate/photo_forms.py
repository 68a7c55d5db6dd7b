"""Forms by which a browser uploads photos itself, each for one key, one size limit and one hour (presigned POST)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pydantic import Field

from functions.operate.report_model import ReportModel
from functions.operate.upload_keys import PLACEHOLDER, own_results, unnamable, upload_key
from functions.shared.errors import CorruptImageError, ImageTooLargeError, UnsupportedImageError
from functions.shared.imaging.formats import BY_SUFFIX, FORMATS
from functions.shared.user_metadata import sendable

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

FORM_SECONDS = 3600
# The largest number that a browser counts exactly.
MAX_FILE_BYTES = 2**53
METADATA = "x-amz-meta-"
INVALID_NAME, SAME_KEY = "InvalidNameError", "SameKeyError"


class OfferedFile(ReportModel):
    """A file that somebody wants to upload: its name, with the folders that it was found in, and its size."""

    name: str
    size_bytes: int = Field(ge=0, le=MAX_FILE_BYTES)


class UploadForm(ReportModel):
    """Where the file goes: its key, and the form's address and fields, empty where it is refused with an error."""

    name: str
    key: str = ""
    url: str = ""
    fields: dict[str, str] = Field(default={})
    error: str = ""
    message: str = ""


@dataclass(frozen=True)
class PhotoForms:
    """Makes forms for one bucket; `metadata` is what is asked of each photo, in the names that the pipeline reads."""

    client: S3Client
    bucket: str
    max_bytes: int
    metadata: Mapping[str, str]

    def forms(self, files: Iterable[OfferedFile], folder: str) -> Iterator[UploadForm]:
        """Yield a form for each file, or why it is refused: of two for the same key, the second."""
        keys = set[str]()
        for file in files:
            key = upload_key(_cleaned(folder), _cleaned(file.name))
            error, message = _refusal(file, key, self.max_bytes)
            if key in keys:
                error, message = SAME_KEY, f"another file of these would become {key} too: give it another name"
            if error:
                yield UploadForm(name=file.name, error=error, message=message)
                continue
            keys.add(key)
            yield self._form(file, key)

    def _form(self, file: OfferedFile, key: str) -> UploadForm:
        fields = {"Content-Type": _content_type(key)}
        fields |= {f"{METADATA}{name}": sendable(value) for name, value in self.metadata.items()}
        limits = [["content-length-range", 1, self.max_bytes], *({name: value} for name, value in fields.items())]
        made = self.client.generate_presigned_post(self.bucket, key, dict(fields), limits, ExpiresIn=FORM_SECONDS)
        return UploadForm(name=file.name, key=key, url=made["url"], fields=made["fields"])


def _cleaned(name: str) -> str:
    """Return a path relative: browsers give a file's with a slash before it, people a folder's with one after it."""
    return "/".join(part for part in name.split("/") if part not in {"", "."})


def _refusal(file: OfferedFile, key: str, max_bytes: int) -> tuple[str, str]:
    """Return the error and the sentence for a file that is not taken, both empty for one that is."""
    return _refusal_of_name(file.name, key) or _refusal_of_size(file.size_bytes, max_bytes) or ("", "")


def _refusal_of_name(name: str, key: str) -> tuple[str, str] | None:
    path = PurePosixPath(_cleaned(name))
    if not path.name or PLACEHOLDER in key or ".." in key.split("/"):
        return INVALID_NAME, f"{name!r} cannot be the name of a photo in the bucket: rename it"
    if any(part.startswith(".") for part in path.parts):
        return UnsupportedImageError.__name__, "hidden files are left out: rename it if it is a photo"
    if path.suffix and path.suffix.lower() not in BY_SUFFIX:
        spelled = ", ".join(row.spelled for row in FORMATS)
        return UnsupportedImageError.__name__, f"{path.suffix} is no photo by its name; what can be read: {spelled}"
    why = unnamable(key) or own_results(key)
    return (INVALID_NAME, why) if why else None


def _refusal_of_size(size_bytes: int, max_bytes: int) -> tuple[str, str] | None:
    if size_bytes == 0:
        return CorruptImageError.__name__, "it is empty (0 bytes): copy it again from where it came"
    if size_bytes > max_bytes:
        sizes = f"it has {size_bytes / 1e6:,.1f} MB, the limit is {max_bytes / 1e6:,.1f} MB"
        return ImageTooLargeError.__name__, f"{sizes}: make it smaller"
    return None


def _content_type(key: str) -> str:
    known = BY_SUFFIX.get(PurePosixPath(key).suffix.lower())
    return known.content_type if known else "application/octet-stream"
