"""Text of strangers, such as keys, made fit for one line of a message or a terminal."""

import re
import unicodedata

SURROGATES = re.compile("[\ud800-\udfff]")


def printable(text: str, unseen: str = "\ufffd") -> str:
    """Return the text as one line, with `unseen` for what cannot be seen: line breaks, control and bidi marks.

    Every kind of space becomes a plain one: macOS writes narrow ones into the names of screenshots.
    """
    return "".join(_seen(character, unseen) for character in text)


def _seen(character: str, unseen: str) -> str:
    if character.isprintable():
        return character
    return " " if unicodedata.category(character) == "Zs" else unseen


def as_utf8(text: str) -> str:
    """Return the text with U+FFFD for what UTF-8 cannot hold: names of old files may be in any encoding."""
    return SURROGATES.sub("\ufffd", text)
