"""The places in a syntax tree that an operator may change: of running code, without docstrings, types and messages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, cast

# None of these runs for its result: decorators and bases configure, annotations describe; keys go with their values.
UNSEEN_FIELDS = frozenset({"decorator_list", "returns", "annotation", "bases", "keys"})
UNSEEN_NODES = (ast.arguments, ast.expr_context, ast.operator, ast.cmpop, ast.boolop, ast.unaryop, ast.alias)
UNBOUND = "."
TESTS = frozenset({(ast.If, "test"), (ast.IfExp, "test"), (ast.While, "test"), (ast.comprehension, "ifs")})


@dataclass(frozen=True)
class Context:
    """What is around a place: the public class and function, and what its owner is part of.

    `bound` grows with each statement of the function: the names that have a value.
    """

    scope: str = ""
    in_function: bool = False
    returns_bool: bool = False
    in_condition: bool = False
    outer: ast.AST | None = None
    bound: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Slot:
    """A node where it stands: `owner.field`, or an element of that list."""

    owner: ast.AST
    field: str
    node: ast.AST
    context: Context
    is_removable: bool
    """Whether it is a statement without which the rest still runs."""

    @property
    def key(self) -> str | None:
        """The key of an entry of a dict, if it is a text."""
        if isinstance(self.owner, ast.Dict):
            key = self.owner.keys[self.owner.values.index(cast("ast.expr", self.node))]
            return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None
        return None

    @property
    def code(self) -> str:
        """The code that stands here, an entry of a dict with its key."""
        if isinstance(self.owner, ast.Dict):
            key = self.owner.keys[self.owner.values.index(cast("ast.expr", self.node))]
            return ast.unparse(ast.Dict(keys=[key], values=[cast("ast.expr", self.node)]))
        return ast.unparse(self.node)

    @property
    def is_condition(self) -> bool:
        """Whether it decides: a test, a comparison on its own, or the result of a function that returns a bool."""
        if (type(self.owner), self.field) in TESTS:
            return not isinstance(self.node, ast.Constant)
        if self.context.in_condition or isinstance(self.owner, ast.BoolOp):
            return False
        is_result = isinstance(self.owner, ast.Return) and self.context.returns_bool
        is_negation = isinstance(self.node, ast.UnaryOp) and isinstance(self.node.op, ast.Not)
        return isinstance(self.node, ast.Compare) or is_negation or (is_result and not _is_constant(self.node))

    def put(self, node: ast.AST) -> None:
        """Put another node here."""
        siblings = getattr(self.owner, self.field)
        if isinstance(siblings, list):
            siblings[siblings.index(self.node)] = node
        else:
            setattr(self.owner, self.field, node)

    def remove(self) -> None:
        """Take the node out of its list; of a dict, with its key."""
        siblings: list[Any] = getattr(self.owner, self.field)
        position = siblings.index(self.node)
        del siblings[position]
        if isinstance(self.owner, ast.Dict):
            del self.owner.keys[position]

    def swap_with_previous(self) -> None:
        """Exchange this statement with the one before it."""
        siblings: list[Any] = getattr(self.owner, self.field)
        position = siblings.index(self.node)
        siblings[position - 1 : position + 1] = siblings[position], siblings[position - 1]


def slots(tree: ast.Module) -> list[Slot]:
    """Return every place in running code, in source order; of two that begin together, the outer first."""
    return sorted(_below(tree, Context()), key=lambda slot: _position(slot.node))


def _position(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _below(owner: ast.AST, context: Context) -> Iterator[Slot]:
    for name, value in ast.iter_fields(owner):
        if name not in UNSEEN_FIELDS:
            for node in value if isinstance(value, list) else [value]:
                if isinstance(node, ast.AST) and not _is_unseen(node, name):
                    yield from _at(owner, name, node, context)


def _at(owner: ast.AST, name: str, node: ast.AST, context: Context) -> Iterator[Slot]:
    slot = Slot(owner, name, node, context, _is_removable(node, context.bound))
    yield slot
    if not isinstance(node, ast.JoinedStr):
        yield from _below(node, _inside(node, slot))
    context.bound.update(set(_assigned(node)) - {UNBOUND})


def _inside(node: ast.AST, slot: Slot) -> Context:
    context = replace(slot.context, outer=slot.owner)
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return _inside_definition(node, context)
    return replace(context, in_condition=slot.is_condition or context.in_condition)


def _inside_definition(node: ast.FunctionDef | ast.ClassDef, context: Context) -> Context:
    is_public = not node.name.startswith("_") or node.name.endswith("__")
    names = [name for name in (context.scope, node.name if is_public and not context.in_function else "") if name]
    if isinstance(node, ast.ClassDef):
        return replace(context, scope=".".join(names), bound=set())
    parameters = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
    returns_bool = isinstance(node.returns, ast.Name) and node.returns.id == "bool"
    return Context(".".join(names), in_function=True, returns_bool=returns_bool, bound=parameters)


def _is_unseen(node: ast.AST, name: str) -> bool:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    is_for_types = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    is_type = name == "slice" and isinstance(node, ast.Tuple)
    return isinstance(node, UNSEEN_NODES) or is_text or is_for_types or is_type


def _is_constant(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant)


def _is_removable(node: ast.AST, bound: set[str]) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call)
    return isinstance(node, ast.AugAssign) or (isinstance(node, ast.Assign) and set(_assigned(node)) <= bound)


def _assigned(node: ast.AST) -> list[str]:
    """Return the names that a statement gives a value; of an attribute or an element, a name that is never bound."""
    if isinstance(node, ast.Assign):
        return [target.id if isinstance(target, ast.Name) else UNBOUND for target in node.targets]
    return [node.target.id] if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) else []
