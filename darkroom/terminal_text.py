"""What strangers wrote, such as a key or an error, as text in a terminal, and nothing else there."""

from rich.markup import escape

from functions.shared.printable import printable


def shown(text: str) -> str:
    """Return a text as markup that shows it, in one line, and can do nothing else to a terminal."""
    return escape(printable(text))


def shown_lines(text: str) -> str:
    """Return a text of several lines in the same way, such as a message that quotes a key."""
    return "\n".join(map(shown, text.split("\n")))
