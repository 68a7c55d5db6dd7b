"""The mutation operators for Python: where each applies, and what it does to the syntax tree.

A site is found by its position: the public class or function around it, the operator, and how many sites of that
operator come before it there. Comments and the names of private functions play no part.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from verification.mutations.condition_expressions import (
    always_holding,
    clause_count,
    is_condition_expression,
    without_clause,
)
from verification.mutations.syntax_slots import Slot, slots

NEVER, ALWAYS = "condition never true", "condition always true"
DROP_OPERAND, SHIFT_BOUNDARY = "operand dropped", "boundary shifted"
HOLD_EXPRESSION, DROP_CLAUSE = "condition expression always holds", "clause of condition expression dropped"
DROP_STATEMENT, SWAP_STATEMENTS = "statement dropped", "statement swapped with the one before"
DROP_CONDITION, DROP_MEMBER = "condition of request dropped", "member of constant dropped"
DROP_ENTRY, DROP_KEYWORD, DROP_BOUND = "entry dropped", "keyword dropped", "argument of min or max dropped"
LIFT_LIMIT, UNIQUE_RESULT = "limit lifted", "result new at each call"

GUARDING = frozenset(
    {
        NEVER,
        ALWAYS,
        DROP_OPERAND,
        SHIFT_BOUNDARY,
        HOLD_EXPRESSION,
        DROP_CLAUSE,
        DROP_STATEMENT,
        DROP_CONDITION,
        DROP_MEMBER,
    }
)
"""The operators of which a complete catalogue lists every site."""

UNLIMITED = 10**13
# What makes a request conditional: parameters of S3's, and WriteCondition's attributes, each of them or as a whole.
CONDITIONAL_KEYS = frozenset({"IfMatch", "IfNoneMatch", "VersionId"})
CONDITIONAL_ARGUMENTS = frozenset({"only_if"})
CONDITIONAL_KEYWORDS = frozenset({"unless_status", "unless_finalized"})
SHIFTED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
Application = tuple[str, Callable[[], None]]


@dataclass(frozen=True)
class Site:
    """A place where an operator applies; `apply` changes the tree that the site was found in."""

    scope: str
    operator: str
    ordinal: int
    slot: Slot
    code: str
    apply: Callable[[], None]


def sites(tree: ast.Module) -> list[Site]:
    """Return every site of every operator, in source order; `scope` is "module" outside public names."""
    counts: Counter[tuple[str, str]] = Counter()
    found = []
    for slot in slots(tree):
        scope = slot.context.scope or "module"
        for operator, apply in _applicable(slot):
            found.append(Site(scope, operator, counts[scope, operator], slot, slot.code, apply))
            counts[scope, operator] += 1
    return found


def _applicable(slot: Slot) -> Iterator[Application]:
    for family in (_of_conditions, _of_operands, _of_entries, _of_statements, _of_condition_expressions, _of_values):
        yield from family(slot)


def _of_conditions(slot: Slot) -> Iterator[Application]:
    if slot.is_condition:
        yield NEVER, partial(slot.put, ast.Constant(value=False))
        yield ALWAYS, partial(slot.put, ast.Constant(value=True))
    if isinstance(slot.node, ast.Compare) and type(slot.node.ops[0]) in SHIFTED:
        yield SHIFT_BOUNDARY, partial(slot.node.ops.__setitem__, 0, SHIFTED[type(slot.node.ops[0])]())


def _of_operands(slot: Slot) -> Iterator[Application]:
    owner = slot.owner
    if isinstance(owner, ast.BoolOp):
        yield DROP_OPERAND, slot.remove
    if isinstance(owner, ast.Call) and slot.field == "args" and ast.unparse(owner.func) in {"min", "max"}:
        # The other one twice: the call needs two.
        yield from ((DROP_BOUND, partial(slot.put, other)) for other in owner.args if other is not slot.node)


def _of_entries(slot: Slot) -> Iterator[Application]:
    owner, outer = slot.owner, slot.context.outer
    is_sequence = isinstance(owner, ast.Set) or (
        isinstance(owner, (ast.Tuple, ast.List)) and isinstance(owner.ctx, ast.Load)
    )
    is_unpacked = isinstance(outer, ast.Assign) and any(isinstance(target, ast.Tuple) for target in outer.targets)
    if isinstance(owner, ast.Dict) or (is_sequence and not is_unpacked):
        yield _entry_operator(slot), slot.remove
    elif isinstance(slot.node, ast.keyword) and slot.node.arg:
        yield (DROP_CONDITION if slot.node.arg in CONDITIONAL_KEYWORDS else DROP_KEYWORD), slot.remove


def _entry_operator(slot: Slot) -> str:
    outer = slot.context.outer
    is_argument = isinstance(outer, ast.keyword) and outer.arg in CONDITIONAL_ARGUMENTS
    if is_argument or slot.key in CONDITIONAL_KEYS:
        return DROP_CONDITION
    return DROP_ENTRY if slot.context.in_function else DROP_MEMBER


def _of_statements(slot: Slot) -> Iterator[Application]:
    if slot.is_removable:
        yield DROP_STATEMENT, partial(slot.put, ast.Pass())
    if isinstance(slot.owner, (ast.For, ast.While)) and slot.field == "body" and slot.node is not slot.owner.body[0]:
        yield SWAP_STATEMENTS, slot.swap_with_previous


def _of_condition_expressions(slot: Slot) -> Iterator[Application]:
    if isinstance(slot.node, (ast.Constant, ast.JoinedStr)) and is_condition_expression(slot.node):
        yield HOLD_EXPRESSION, partial(slot.put, always_holding(slot.node))
        count = clause_count(slot.node)
        for number in range(count if count > 1 else 0):
            yield DROP_CLAUSE, partial(slot.put, without_clause(slot.node, number))


def _of_values(slot: Slot) -> Iterator[Application]:
    if isinstance(slot.node, ast.Name) and slot.node.id.startswith("MAX_") and isinstance(slot.node.ctx, ast.Load):
        yield LIFT_LIMIT, partial(slot.put, ast.Constant(value=UNLIMITED))
    if isinstance(slot.owner, ast.Return):
        yield UNIQUE_RESULT, partial(slot.put, ast.parse("__import__('uuid').uuid4().hex", mode="eval").body)
