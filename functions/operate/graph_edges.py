"""The ways between the states of a drawing, as SVG paths that keep clear of the states and of each other's ends."""

from collections.abc import Mapping

from functions.operate.graph_layout import Edge

WIDTH, HEIGHT = 168, 48
"""Of a state's box, in pixels."""
COLUMN, ROW = 252, 96
LEFT, MARGIN = 56, 16
"""The ways around the main path take the room on its left."""
# Where ways leave and meet a box, as parts of its height: those that come back stand below those that leave.
LEAVE, MEET, COME_BACK = 0.35, 0.5, 0.72


def corner(place: tuple[int, int]) -> tuple[int, int]:
    """Return the upper left corner of a state's box, in pixels."""
    return LEFT + place[0] * COLUMN, MARGIN + place[1] * ROW


def edge_path(edge: Edge, places: Mapping[str, tuple[int, int]]) -> str:
    """Return the way from a state to another as the `d` of an SVG path."""
    (column, row), (to_column, to_row) = places[edge.source], places[edge.target]
    (x, y), (to_x, to_y) = corner(places[edge.source]), corner(places[edge.target])
    if column == to_column and to_row == row + 1:
        return f"M{x + WIDTH // 2} {y + HEIGHT}V{to_y}"
    if column == to_column:
        # Past the states in between, or back to an earlier one: the further, the wider around.
        out = x - 18 - 8 * abs(to_row - row)
        start, end = y + HEIGHT * LEAVE, to_y + HEIGHT * MEET
        return f"M{x} {start:.0f}C{out} {start:.0f} {out} {end:.0f} {x} {end:.0f}"
    goes_right = to_column > column
    leave_x, meet_x = (x + WIDTH, to_x) if goes_right else (x, to_x + WIDTH)
    start, end = y + HEIGHT * (LEAVE if goes_right else MEET), to_y + HEIGHT * (MEET if goes_right else COME_BACK)
    bend = (leave_x + meet_x) // 2
    return f"M{leave_x} {start:.0f}C{bend} {start:.0f} {bend} {end:.0f} {meet_x} {end:.0f}"
