"""DynamoDB's condition expressions in Python source: a text, or a text with values in it."""

from __future__ import annotations

import ast
import re

ALWAYS_HOLDS = "attribute_not_exists(NoSuchAttribute)"
_CONDITION = re.compile(r"attribute_(?:not_)?exists\(|(?:=|<>|<|<=|>|>=) :")
# Stands for a value in the text while the text is cut up.
_VALUE = re.compile("\0([0-9]+)\0")


Text = ast.Constant | ast.JoinedStr


def is_condition_expression(node: Text) -> bool:
    """Return whether a text compares attributes of an item."""
    return _CONDITION.search(_flat(node)[0]) is not None


def clause_count(node: Text) -> int:
    """Return how many clauses OR joins in an expression."""
    return len(_clauses(_flat(node)[0]))


def always_holding(node: Text) -> ast.expr:
    """Return an expression that always holds, and still names what this one names."""
    text, values = _flat(node)
    return _node(f"({text} OR {ALWAYS_HOLDS})", values)


def without_clause(node: Text, number: int) -> ast.expr:
    """Return the expression without one of its clauses."""
    text, values = _flat(node)
    kept = [clause for position, clause in enumerate(_clauses(text)) if position != number]
    return _node(" OR ".join(kept), values)


def _clauses(text: str) -> list[str]:
    is_enclosed = text.startswith("(") and text.endswith(")")
    return (text[1:-1] if is_enclosed else text).split(" OR ")


def _flat(node: Text) -> tuple[str, tuple[ast.expr, ...]]:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else "", ()
    values = tuple(part for part in node.values if isinstance(part, ast.FormattedValue))
    numbers = iter(range(len(values)))
    texts = (str(part.value) if isinstance(part, ast.Constant) else f"\0{next(numbers)}\0" for part in node.values)
    return "".join(texts), values


def _node(text: str, values: tuple[ast.expr, ...]) -> ast.expr:
    # Odd pieces are numbers of values.
    pieces = enumerate(_VALUE.split(text))
    return ast.JoinedStr([values[int(piece)] if odd % 2 else ast.Constant(value=piece) for odd, piece in pieces])
