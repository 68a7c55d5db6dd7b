"""The GSM 7-bit alphabet of text messages: one character beyond it more than doubles the parts that a message takes.

Source: 3GPP TS 23.038, 6.2.1.
"""

# These take two places. The next alphabet up, UCS-2, begins where a text holds anything that GSM's lacks.
TWO_PLACES = frozenset("^{}\\[~]|€")
UNSEEN, ELLIPSIS = "?", "..."
"""What stands for a character that cannot be seen and for what was cut out; U+FFFD and U+2026 are beyond it."""


def places(text: str) -> int:
    """Return how many places a text takes in the GSM alphabet."""
    return len(text) + sum(character in TWO_PLACES for character in text)
