"""Text of metadata: decoded, and made fit for a tag of EXIF."""

from contextlib import suppress

from functions.enhance.codec.positions import holds_position

MAX_CHARACTERS = 500


def text_of(value: bytes, *, is_utf_8: bool = False) -> str:
    """Decode a text. Undeclared character sets have to be guessed: Latin-1 text is rarely valid UTF-8."""
    with suppress(UnicodeDecodeError):
        return value.decode()
    return value.decode("utf-8" if is_utf_8 else "latin-1", "replace")


def plain(text: str) -> str:
    """Return one printable line of bounded length; nothing of a text that holds a position."""
    line = "".join(c if c.isprintable() else " " for c in text).strip()[:MAX_CHARACTERS]
    return "" if holds_position(line.encode()) else line
