"""Where an enhanced copy and its renditions lie: where a link can open them, and two uploads never share one."""

import hashlib

from functions.shared.contracts import OUTPUT_PREFIX
from functions.shared.imaging.formats import BY_NAME

MAX_KEY_BYTES = 1024  # S3's limit, in UTF-8
# Browsers and HTTP libraries resolve these in a URL, and so ask for another key: https://url.spec.whatwg.org/
DOT_SEGMENTS = frozenset({".", ".."})
RENDITION_PREFIX = f"{OUTPUT_PREFIX}{OUTPUT_PREFIX}"
UPLOAD = "upload"
"""The name in a copy's metadata under which key_hash() of its upload's key stands."""


def output_keys(key: str, extension: str | None) -> tuple[str, str]:
    """Return the copy's key, and the one to use where another upload's copy lies there already.

    The copy of `a.heic` is `enhanced/a.heic.jpg`, but so is that of an upload called `a.heic.jpg`: whichever comes
    second gets the second key, which carries a hash of the upload's key. A key that would grow over S3's limit is
    cut, and kept distinct by the same hash. The hash also stands where no link could open the upload's key: the copy
    of `a/../b.jpg` is `enhanced/a/~HASH/b.jpg`, and that of `a/b.jpg/` too, with another hash.
    """
    return _keys(OUTPUT_PREFIX, key, extension or "")


def rendition_keys(key: str, name: str, rendition_format: str) -> tuple[str, str]:
    """Return the keys of an upload's rendition as output_keys() does; the format is Pillow's name.

    They lie under `enhanced/enhanced/` and the rendition's name. No upload's key may begin with `enhanced/`, so no
    copy ever lies there; and the extension is always appended, so no two uploads meet there either.
    """
    return _keys(f"{RENDITION_PREFIX}{name}/", key, BY_NAME[rendition_format].suffix)


def new_extension(source_format: str, copy_format: str) -> str | None:
    """Return what a copy's name gains where its format, by Pillow's name, is not the photo's; else None."""
    copy = BY_NAME[copy_format]
    return None if copy is BY_NAME[source_format] else copy.suffix


def key_hash(key: str) -> str:
    """Return 16 hex digits that stand for the upload's key, fit for object metadata, which is ASCII."""
    return hashlib.sha256(_bytes(key)).hexdigest()[:16]


def _keys(folder: str, key: str, ending: str) -> tuple[str, str]:
    path, mark = _openable(key), _mark(key)
    distinct = _cut(folder, path, f"{mark}{ending}")
    plain = f"{folder}{path}{ending}"
    return (plain if len(_bytes(plain)) <= MAX_KEY_BYTES else distinct), distinct


def _openable(key: str) -> str:
    """Return the key with a mark for each dot segment, and one before the name where slashes, then dropped, follow."""
    named, mark = key.rstrip("/"), _mark(key)
    *folders, name = [mark if segment in DOT_SEGMENTS else segment for segment in named.split("/")]
    if named == key:
        return "/".join([*folders, name])
    return "/".join([*folders, mark, name] if name else [mark])


def _mark(key: str) -> str:
    return f"~{key_hash(key)}"


def _cut(folder: str, path: str, ending: str) -> str:
    left_bytes = MAX_KEY_BYTES - len(folder) - len(ending)
    return f"{folder}{_bytes(path)[:left_bytes].decode(errors='ignore')}{ending}"


def _bytes(key: str) -> bytes:
    # A key is UTF-8; the name of an old file on a person's machine may be anything, which Python escapes so.
    return key.encode(errors="surrogateescape")
