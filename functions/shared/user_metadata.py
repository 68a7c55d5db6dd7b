"""Object metadata as its user wrote it. S3 returns what is not ASCII as encoded words, RFC 2047."""

import base64
import codecs
import re
from collections.abc import Mapping
from contextlib import suppress
from email.errors import HeaderParseError
from email.header import decode_header

USER_ID = "user-id"
MAX_USER_ID_BYTES = 1024  # of the 2 KB that S3 has for metadata
# Encoded words that only spaces part. decode_header() passes over what is no base64 or no hex digit.
WORD = r"=\?[!->@-~]+\?(?:[Bb]\?[A-Za-z0-9+/]*={0,2}|[Qq]\?(?:=[0-9A-Fa-f]{2}|[ -<>@-~])*)\?="
WORDS = re.compile(rf"{WORD}(?:\s*{WORD})*")
# How often a value may have been encoded on its way; each pass undoes one.
MAX_PASSES = 4
# Python's own, which are no charsets.
NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})
# What SNS takes in no attribute, and every line break.
CONTROL_CHARACTERS = re.compile("[\x00-\x1f\x7f-\x9f\ufffe\uffff]")


def user_id_of(metadata: Mapping[str, str]) -> str | None:
    """Return the user that written metadata names, with control characters as U+FFFD; None where it names none."""
    return CONTROL_CHARACTERS.sub("\ufffd", metadata.get(USER_ID, "").strip()) or None


def checked_user_id(text: str) -> str:
    """Return a user's id as object metadata can hold it and the pipeline keeps it. Raises ValueError."""
    wanted = text.strip()
    with suppress(UnicodeEncodeError):
        sent = sendable(wanted)
        if user_id_of(written_metadata({USER_ID: sent})) == wanted and len(sent) <= MAX_USER_ID_BYTES:
            return wanted
    limit = f"one line of at most {MAX_USER_ID_BYTES} bytes"
    raise ValueError(f"{text!r} is no user id that object metadata can hold; give {limit}")


def written_metadata(metadata: Mapping[str, str]) -> dict[str, str]:
    """Return the metadata that S3 returns with every value as its user wrote it; see written()."""
    return {name: written(value) for name, value in metadata.items()}


def written(value: str) -> str:
    """Return what the user wrote for the value that S3 returns; what does not decode stays as it is.

    S3 takes the bytes of UTF-8 for characters of Latin-1 before it encodes them: `ö` comes back as the encoded word of
    `Ã¶`. Both are undone. Source, with an example:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
    """
    value = _as_utf8(WORDS.sub(_decoded, value))
    for _ in range(1, MAX_PASSES):
        inner = WORDS.sub(_decoded, value)
        if inner == value:
            break
        value = _as_utf8(inner)
    return value


def sendable(value: str) -> str:
    """Return the value as S3 takes it, which is ASCII alone; written() returns what was meant."""
    return value if value.isascii() else f"=?UTF-8?B?{base64.b64encode(value.encode()).decode()}?="


def _decoded(words: re.Match[str]) -> str:
    try:
        text = "".join(_text(part, charset or "ascii") for part, charset in decode_header(words[0]))
        text.encode()  # some charsets can spell half a character, which nothing could store
    except (HeaderParseError, LookupError, ValueError):
        return words[0]
    return text


def _text(part: bytes | str, charset: str) -> str:
    # RFC 2231 lets a language follow the charset: utf-8*de.
    codec = codecs.lookup(charset.partition("*")[0])
    if isinstance(part, str) or codec.name in NO_CHARSETS:
        raise LookupError(f"{charset} is no charset.")
    return part.decode(codec.name)


def _as_utf8(text: str) -> str:
    """Undo that bytes of UTF-8 were taken for characters of Latin-1."""
    try:
        return text.encode("latin-1").decode()
    except ValueError:
        return text
