"""How the drawing of the architecture looks, in light and dark; as a picture it stands on its own background."""

# For light and dark: the page, its text, its lines, and the colours of services, steps and failures.
LIGHT = {
    "page": "#ffffff",
    "ink": "#1f2328",
    "dim": "#57606a",
    "line": "#8c959f",
    "service": "#0969da",
    "step": "#1a7f37",
    "failure": "#cf222e",
}
DARK = {
    "page": "#0d1117",
    "ink": "#e6edf3",
    "dim": "#9198a1",
    "line": "#6e7681",
    "service": "#58a6ff",
    "step": "#3fb950",
    "failure": "#ff7b72",
}
SHAPES = (
    "text{font:11.5px system-ui,sans-serif;fill:var(--dim)}.title{font-size:14px;fill:var(--ink)}"
    ".page{fill:var(--page)}.machine,.steps{fill:none;stroke:var(--line)}.steps{stroke-dasharray:4 3}"
    ".arrow{fill:none;stroke-width:1.8}"
)


def _kinds() -> str:
    boxes = "".join(
        f".{kind} rect{{fill:var(--{kind});fill-opacity:.1;stroke:var(--{kind});stroke-width:1.5}}"
        for kind in ("service", "step", "failure")
    )
    ways = {"flow": "ink", "failure": "failure"}
    return boxes + "".join(
        f".arrow.{kind}{{stroke:var(--{colour})}}#{kind} path{{fill:var(--{colour})}}" for kind, colour in ways.items()
    )


def _colours(colours: dict[str, str]) -> str:
    return ":root{" + ";".join(f"--{name}:{value}" for name, value in colours.items()) + "}"


STYLE = f"{_colours(LIGHT)}@media(prefers-color-scheme:dark){{{_colours(DARK)}}}{SHAPES}{_kinds()}"
MARKERS = "".join(
    f'<marker id="{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
    'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z"/></marker>'
    for kind in ("flow", "failure")
)
