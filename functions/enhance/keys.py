"""Where an enhanced copy lies. Two uploads never share a copy."""

import hashlib

from functions.shared.contracts import OUTPUT_PREFIX
from functions.shared.images import EXTENSIONS

MAX_KEY_BYTES = 1024  # S3's limit, in UTF-8


def output_keys(key: str, extension: str | None) -> tuple[str, str]:
    """Return the copy's key, and the one to use where another upload's copy lies there already.

    The copy of `a.heic` is `enhanced/a.heic.jpg`, but so is that of an upload called `a.heic.jpg`: whichever comes
    second gets the second key, which carries a hash of the upload's key. A key that would grow over S3's limit is
    cut, and told apart by the same hash.
    """
    ending = extension or ""
    distinct = _cut(key, f"~{key_hash(key)}{ending}")
    plain = f"{OUTPUT_PREFIX}{key}{ending}"
    return (plain if len(_bytes(plain)) <= MAX_KEY_BYTES else distinct), distinct


def new_extension(source_format: str, copy_format: str) -> str | None:
    """Return what a copy's name gains where its format, by Pillow's name, is not the photo's; else None."""
    return None if copy_format == source_format.replace("MPO", "JPEG") else EXTENSIONS[copy_format]


def key_hash(key: str) -> str:
    """Return 16 hex digits that stand for the upload's key, fit for object metadata, which is ASCII."""
    return hashlib.sha256(_bytes(key)).hexdigest()[:16]


def _cut(key: str, ending: str) -> str:
    room = MAX_KEY_BYTES - len(OUTPUT_PREFIX) - len(ending)
    return f"{OUTPUT_PREFIX}{_bytes(key)[:room].decode(errors='ignore')}{ending}"


def _bytes(key: str) -> bytes:
    # A key is UTF-8; the name of an old file on a person's machine may be anything, which Python escapes so.
    return key.encode(errors="surrogateescape")
