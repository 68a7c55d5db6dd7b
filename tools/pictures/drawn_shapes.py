"""The shapes of a drawing, as elements of SVG: boxes with two lines of text, frames around them, arrows, labels."""

from functions.operate.markup import text

SIDE, HEIGHT = 168, 48
"""Of a box, in pixels."""


def box(kind: str, x: int, y: int, title: str, words: str, *, width: int = SIDE) -> str:  # noqa: PLR0913 - its texts
    """Return a box with a title and words below it, its upper left corner at x and y."""
    return (
        f'<g class="{kind}"><rect x="{x}" y="{y}" width="{width}" height="{HEIGHT}" rx="8"/>'
        f'<text class="title" x="{x + 10}" y="{y + 20}">{text(title)}</text>'
        f'<text x="{x + 10}" y="{y + 37}">{text(words)}</text></g>'
    )


def frame(kind: str, x: int, y: int, width: int, height: int) -> str:
    """Return an empty frame."""
    return f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="12"/>'


def label(x: int, y: int, words: str) -> str:
    """Return a line of text that begins at x and stands on y."""
    return f'<text class="label" x="{x}" y="{y}">{text(words)}</text>'


def arrow(path: str, kind: str = "flow") -> str:
    """Return an arrow along a path, which ends in absolute coordinates."""
    return f'<path class="arrow {kind}" d="{path}" marker-end="url(#{kind})"/>'
