"""An execution as a picture: the states of its definition, the way taken, attempts, and what failed, as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any

from functions.operate.execution_story import Visit
from functions.operate.graph_layout import Edge, Layout, layout

WIDTH, HEIGHT = 168, 48
"""Of a state's box, in pixels."""
COLUMN, ROW, MARGIN = 232, 96, 24
COLOURS = {"done": "#1a7f37", "failed": "#cf222e", "at work": "#9a6700"}
NOT_VISITED, TAKEN = "#8c959f", "#0969da"
ARROW = (
    '<marker id="to" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="9" markerHeight="9" '
    'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" fill="context-stroke"/></marker>'
)
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1f2328}.small{font-size:11px;fill:#57606a}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.small{fill:#9198a1}}"
)


def svg(definition: Mapping[str, Any], visits: Sequence[Visit]) -> str:
    """Return the drawing of an execution. A state shows its last visit, and the attempts of all its visits."""
    drawn = layout(definition)
    columns, rows = (max(place[axis] for place in drawn.places.values()) + 1 for axis in (0, 1))
    width, height = columns * COLUMN - (COLUMN - WIDTH) + 2 * MARGIN, rows * ROW - (ROW - HEIGHT) + 2 * MARGIN
    taken = {(before.state, after.state) for before, after in pairwise(visits)}
    parts = [_edge(edge, drawn.places, is_taken=(edge.source, edge.target) in taken) for edge in drawn.edges]
    parts += [_state(name, place, [visit for visit in visits if visit.state == name]) for name, place in _order(drawn)]
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="The states of the execution">'
    return f"{head}<style>{STYLE}</style><defs>{ARROW}</defs>{''.join(parts)}</svg>"


def _order(drawn: Layout) -> list[tuple[str, tuple[int, int]]]:
    return sorted(drawn.places.items(), key=lambda placed: placed[1])


def _corner(place: tuple[int, int]) -> tuple[int, int]:
    return MARGIN + place[0] * COLUMN, MARGIN + place[1] * ROW


def _edge(edge: Edge, places: Mapping[str, tuple[int, int]], *, is_taken: bool) -> str:
    (x, y), (to_x, to_y) = _corner(places[edge.source]), _corner(places[edge.target])
    middle = WIDTH // 2, HEIGHT // 2
    if x == to_x and to_y == y + ROW:
        line = f"M{x + middle[0]} {y + HEIGHT}V{to_y}"
    elif x == to_x:
        # Past the states in between, or back to an earlier one: around their left side.
        line = f"M{x} {y + middle[1]}C{x - 24} {y + middle[1]} {x - 24} {to_y + middle[1]} {x} {to_y + middle[1]}"
    else:
        start, end = (x + WIDTH, to_x) if to_x > x else (x, to_x + WIDTH)
        half = (start + end) // 2
        line = f"M{start} {y + middle[1]}C{half} {y + middle[1]} {half} {to_y + middle[1]} {end} {to_y + middle[1]}"
    look = f'stroke="{TAKEN}" stroke-width="2.5"' if is_taken else f'stroke="{NOT_VISITED}" stroke-opacity=".5"'
    dashes = "" if edge.kind == "next" else ' stroke-dasharray="4 3"'
    kind = "taken" if is_taken else "possible"
    label = f"{escape(edge.source)} to {escape(edge.target)}"
    drawn = f'<path class="{kind}" d="{line}" fill="none" {look}{dashes} marker-end="url(#to)">'
    return f"{drawn}<title>{label}</title></path>"


def _state(name: str, place: tuple[int, int], visits: Sequence[Visit]) -> str:
    x, y = _corner(place)
    outcome = visits[-1].outcome if visits else "not visited"
    colour = COLOURS.get(outcome, NOT_VISITED)
    weight = f'stroke="{colour}" stroke-width="2"' if visits else f'stroke="{colour}" stroke-dasharray="3 3"'
    tooltip = escape("; ".join(f"{visit.result}: {visit.message}".removesuffix(": ") for visit in visits) or outcome)
    size = f'x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="8"'
    # Ways to other states pass behind it.
    box = f'<rect {size} fill="Canvas"/><rect {size} fill="{colour}" fill-opacity=".08" {weight}/>'
    title = f'<text x="{x + 10}" y="{y + 20}">{escape(name)}</text>'
    below = f'<text class="small" x="{x + 10}" y="{y + 37}">{escape(_summary(visits))}</text>'
    return f'<g class="{outcome.replace(" ", "-")}"><title>{tooltip}</title>{box}{title}{below}</g>'


def _summary(visits: Sequence[Visit]) -> str:
    """Return a state's visits in few words: its outcome, attempts and seconds."""
    if not visits:
        return ""
    attempts, seconds = sum(visit.attempts for visit in visits), sum(visit.seconds or 0 for visit in visits)
    words = [visits[-1].outcome, f"{seconds:.1f} s"]
    return ", ".join([*words, *([f"{attempts} attempts"] if attempts > 1 else [])])
