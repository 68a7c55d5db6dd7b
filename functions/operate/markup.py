"""What strangers wrote, such as a key or an error, as text of a page or a drawing, and nothing else in it."""

from html import escape

from functions.shared.printable import printable


def text(words: str) -> str:
    """Return words as text of HTML or SVG, also fit for an attribute's value; in one line."""
    return escape(printable(words))
