"""An execution as a picture: the states of its definition, the way taken, attempts, and what failed, as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from functions.operate.execution_story import Visit
from functions.operate.graph_edges import COLUMN, HEIGHT, LEFT, MARGIN, ROW, WIDTH, corner, edge_path
from functions.operate.graph_layout import Edge, layout
from functions.operate.markup import text
from functions.operate.spans import span

# Light and dark. A drawing may stand in a page, whose own classes it leaves alone.
COLOURS = {
    "done": ("#1a7f37", "#3fb950"),
    "failed": ("#cf222e", "#ff7b72"),
    "at-work": ("#9a6700", "#e3b341"),
    "not-visited": ("#8c959f", "#6e7681"),
}
TAKEN, POSSIBLE = ("#0969da", "#58a6ff"), ("#8c959f", "#6e7681")
SHAPES = (
    # A page says it of itself; a drawing that is shown as a picture has to, or `Canvas` is white under light text.
    ".execution{color-scheme:light dark}"
    ".execution text{font:13px system-ui,sans-serif}.execution .small{font-size:11px}.execution path{fill:none}"
    ".execution .paper{fill:Canvas}.execution .box{fill-opacity:.1;stroke-width:2}"
    ".execution .not-visited .box{stroke-width:1;stroke-dasharray:3 3}"
    ".execution .possible{stroke-opacity:.55}.execution .taken{stroke-width:2.5}.execution .aside{stroke-dasharray:4 3}"
)
MARKER = (
    '<marker id="to-{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" '
    'markerUnits="userSpaceOnUse" orient="auto"><path class="head-{kind}" d="M0 0L8 4L0 8z"/></marker>'
)


def svg(definition: Mapping[str, Any], visits: Sequence[Visit]) -> str:
    """Return the drawing of an execution. A state shows its last visit, and the attempts of all its visits."""
    drawn = layout(definition)
    columns, rows = (max(place[axis] for place in drawn.places.values()) + 1 for axis in (0, 1))
    width, height = LEFT + (columns - 1) * COLUMN + WIDTH + MARGIN, (rows - 1) * ROW + HEIGHT + 2 * MARGIN
    taken = {(before.state, after.state) for before, after in pairwise(visits)}
    # The way taken lies above the others.
    edges = sorted(drawn.edges, key=lambda edge: (edge.source, edge.target) in taken)
    parts = [_edge(edge, drawn.places, is_taken=(edge.source, edge.target) in taken) for edge in edges]
    places = sorted(drawn.places.items(), key=lambda placed: placed[1])
    parts += [_state(name, place, [visit for visit in visits if visit.state == name]) for name, place in places]
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="execution" {size} role="img">'
    title = f"<title>{text(_in_words(visits))}</title>"
    markers = "".join(MARKER.format(kind=kind) for kind in ("taken", "possible"))
    return f"{head}{title}<style>{_style()}</style><defs>{markers}</defs>{''.join(parts)}</svg>"


def _style() -> str:
    light, dark = _colours(0, "#1f2328", "#57606a"), _colours(1, "#e6edf3", "#9198a1")
    return f"{SHAPES}{light}@media(prefers-color-scheme:dark){{{dark}}}"


def _colours(scheme: int, ink: str, small: str) -> str:
    boxes = "".join(
        f".execution .{kind} .box{{fill:{pair[scheme]};stroke:{pair[scheme]}}}" for kind, pair in COLOURS.items()
    )
    ways = "".join(
        f".execution .{kind}{{stroke:{pair[scheme]}}}.execution .head-{kind}{{fill:{pair[scheme]}}}"
        for kind, pair in (("taken", TAKEN), ("possible", POSSIBLE))
    )
    failed = COLOURS["failed"][scheme]
    return (
        f".execution text{{fill:{ink}}}.execution .small{{fill:{small}}}.execution .mark{{fill:{failed}}}{boxes}{ways}"
    )


def _in_words(visits: Sequence[Visit]) -> str:
    """Return the way taken for those who do not see it."""
    return "The way of the execution: " + ", ".join(f"{visit.state} {visit.outcome}" for visit in visits)


def _edge(edge: Edge, places: Mapping[str, tuple[int, int]], *, is_taken: bool) -> str:
    kind = "taken" if is_taken else "possible"
    look = kind if edge.kind == "next" else f"{kind} aside"
    label = f"{text(edge.source)} to {text(edge.target)}"
    drawn = f'<path class="{look}" d="{edge_path(edge, places)}" marker-end="url(#to-{kind})">'
    return f"{drawn}<title>{label}</title></path>"


def _state(name: str, place: tuple[int, int], visits: Sequence[Visit]) -> str:
    x, y = corner(place)
    outcome = visits[-1].outcome if visits else "not visited"
    size = f'x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="8"'
    # Ways to other states pass behind it.
    box = f'<rect class="paper" {size}/><rect class="box" {size}/>'
    title = f'<text x="{x + 10}" y="{y + 20}">{text(name)}</text>'
    below = f'<text class="small" x="{x + 10}" y="{y + 37}">{text(_summary(visits))}</text>'
    has_failed = any(visit.outcome == "failed" for visit in visits)
    mark = f'<text class="mark" x="{x + WIDTH - 20}" y="{y + 20}">✕</text>' if has_failed else ""
    return f'<g class="{outcome.replace(" ", "-")}"><title>{_tooltip(visits)}</title>{box}{title}{below}{mark}</g>'


def _tooltip(visits: Sequence[Visit]) -> str:
    return text("; ".join(f"{visit.result}: {visit.message}".removesuffix(": ") for visit in visits) or "not visited")


def _summary(visits: Sequence[Visit]) -> str:
    """Return a state's visits in few words: its outcome, attempts and seconds."""
    if not visits:
        return ""
    attempts, seconds = sum(visit.attempts for visit in visits), sum(visit.seconds or 0 for visit in visits)
    lasted = f"{seconds:.1f} s" if seconds < 120 else span(seconds)
    # Of a visit that lasts, nobody knows how long it will have taken.
    lasted = "" if visits[-1].seconds is None else lasted
    return ", ".join(filter(None, (visits[-1].outcome, lasted, f"{attempts} attempts" if attempts > 1 else "")))
