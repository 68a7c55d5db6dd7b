"""Where the states of a definition stand in a drawing: the main path in one column, the longest branch beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

EdgeKind = Literal["next", "catch", "choice"]


@dataclass(frozen=True)
class Edge:
    """A way from a state to another that the definition allows."""

    source: str
    target: str
    kind: EdgeKind


@dataclass(frozen=True)
class Layout:
    """The column and the row of each state, both counted from 0, and the edges: one from a state to another."""

    places: Mapping[str, tuple[int, int]]
    edges: tuple[Edge, ...]


def layout(definition: Mapping[str, Any]) -> Layout:
    """Return the layout of a state machine's definition, in Amazon States Language."""
    states: Mapping[str, Mapping[str, Any]] = definition["States"]
    every = (edge for name, state in states.items() for edge in _edges(name, state))
    # Where Next and Catch lead to the same state, Next is the way.
    edges = {(edge.source, edge.target): edge for edge in reversed([*every])}
    edges = dict(sorted(edges.items(), key=lambda known: list(states).index(known[0][0])))
    main, *branches = _paths(definition["StartAt"], states, tuple(edges.values()))
    places = {name: (0, row) for row, name in enumerate(main)}
    column = 0
    # The longest beside the main path, for most ways lead there.
    for path in sorted(branches, key=len, reverse=True):
        if len(path) == 1:
            # A state in which ways end stands below the main path: so the drawing is no wider than it must be.
            places[path[0]] = (0, max(row for at, row in places.values() if at == 0) + 1)
            continue
        column += 1
        first = _first_row(path, tuple(edges.values()), places)
        places |= {name: (column, first + below) for below, name in enumerate(path)}
    return Layout(places, tuple(edges.values()))


def _edges(name: str, state: Mapping[str, Any]) -> Iterator[Edge]:
    if "Next" in state:
        yield Edge(name, state["Next"], "next")
    yield from (Edge(name, catcher["Next"], "catch") for catcher in state.get("Catch", []))
    yield from (Edge(name, choice["Next"], "choice") for choice in state.get("Choices", []))
    if "Default" in state:
        yield Edge(name, state["Default"], "choice")


def _paths(start: str, states: Mapping[str, Mapping[str, Any]], edges: tuple[Edge, ...]) -> list[list[str]]:
    """Return the states in paths along Next, that from the start first; each state is in one."""
    paths: list[list[str]] = []
    found: set[str] = set()
    for first in (start, *(edge.target for edge in edges), *states):
        path, name = [], first
        while name and name not in found:
            path.append(name)
            found.add(name)
            name = str(states[name].get("Next", ""))
        paths += [path] if path else []
    return paths


def _first_row(path: list[str], edges: tuple[Edge, ...], places: Mapping[str, tuple[int, int]]) -> int:
    """Return the row in which a branch begins: below that of the first state that leads to it."""
    rows = [places[edge.source][1] for edge in edges if edge.target == path[0] and edge.source in places]
    return min(rows) + 1 if rows else 0
