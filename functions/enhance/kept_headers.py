"""The headers of an upload that its copy keeps, so that browsers and caches treat both alike."""

import re
from collections.abc import Mapping
from email.message import Message
from email.utils import collapse_rfc2231_value

from functions.shared.user_metadata import CONTROL_CHARACTERS, written

# S3 takes 2,048 bytes of system metadata, and the content type needs some.
MAX_BYTES = 1900
PRINTABLE = re.compile("[ -~]+")
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
CACHE, LANGUAGE, DISPOSITION = "CacheControl", "ContentLanguage", "ContentDisposition"


def copy_headers(headers: Mapping[str, str], extension: str | None) -> dict[str, str]:
    """Return what the copy keeps of an upload's headers, by the names of S3's parameters.

    The file name in Content-Disposition gains the extension where the copy's format is another. What is no header that
    S3 would take from us (characters beyond ASCII, over MAX_BYTES in all) is left out.
    """
    kept = {name: headers[name] for name in (CACHE, LANGUAGE) if name in headers}
    if DISPOSITION in headers:
        kept[DISPOSITION] = _disposition(headers[DISPOSITION], extension)
    return _sendable(kept)


def rendition_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return what a rendition keeps: no Content-Disposition, for its name and purpose are others than the upload's."""
    return _sendable({name: headers[name] for name in (CACHE, LANGUAGE) if name in headers})


def _sendable(headers: Mapping[str, str]) -> dict[str, str]:
    sendable: dict[str, str] = {}
    left_bytes = MAX_BYTES
    for name, value in headers.items():
        if PRINTABLE.fullmatch(value) and len(value) <= left_bytes:
            sendable[name] = value
            left_bytes -= len(value)
    return sendable


def _disposition(value: str, extension: str | None) -> str:
    """Return the header with the extension on its file name, in ASCII; empty where it is no such header."""
    is_ascii = PRINTABLE.fullmatch(value) is not None
    try:
        kind, name = _parsed(value if is_ascii else written(value))
        return value if is_ascii and not (name and extension) else _header(kind, name, extension or "")
    except (LookupError, TypeError, ValueError):  # Python sorts the parts of a file name, numbered or not: TypeError
        return ""


def _header(kind: str, name: str, extension: str) -> str:
    header = Message()
    suffix = "" if name.lower().endswith(extension) else extension
    header.add_header("Content-Disposition", kind, **({"filename": name + suffix} if name else {}))
    return str(header["Content-Disposition"])


def _parsed(value: str) -> tuple[str, str]:
    """Return the disposition's type and file name, which may be empty; raises LookupError, TypeError or ValueError."""
    header = Message()
    header["Content-Disposition"] = value
    (kind, _), *parameters = header.get_params([("", "")], "Content-Disposition")
    if not TOKEN.fullmatch(kind):
        raise ValueError(f"{kind!r} is no type of disposition.")
    # Where there are two, the second is filename*, which RFC 6266 prefers.
    names = [_file_name(text) for parameter, text in parameters if parameter.lower() == "filename"]
    return kind, CONTROL_CHARACTERS.sub("", names[-1]) if names else ""


def _file_name(text: str | tuple[str | None, str | None, str]) -> str:
    """Return a parameter as it was meant: `filename*` states its charset, and is no encoded word."""
    return collapse_rfc2231_value(text) if isinstance(text, tuple) else written(text)
