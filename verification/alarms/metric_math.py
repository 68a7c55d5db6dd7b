"""The part of CloudWatch's metric math that the alarms use, on one value for each metric.

AWS's documents leave open what becomes of a metric without any data. So an expression is read in both ways, and one
whose alarm would depend on it is refused.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# None where there is no data.
Value = float | None
OPERATORS: dict[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


@dataclass(frozen=True)
class Reading:
    """How a metric without data is read: as zero in arithmetic, or by FILL alone."""

    missing_is_zero: bool

    def value(self, expression: str, metrics: Mapping[str, Value]) -> Value:
        """Return an expression's value. Raises NotImplementedError for what the alarms do not use."""
        return self._value(ast.parse(expression, mode="eval").body, metrics)

    def _value(self, node: ast.expr, metrics: Mapping[str, Value]) -> Value:
        match node:
            case ast.Name(id=name):
                return metrics[name]
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.BinOp(left=left, op=op, right=right) | ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._operation(OPERATORS[type(op)], self._value(left, metrics), self._value(right, metrics))
            case ast.Call(func=ast.Name(id="IF"), args=[condition, then, otherwise]):
                holds = self._value(condition, metrics)
                return None if holds is None else self._value(then if holds else otherwise, metrics)
            case ast.Call(func=ast.Name(id="FILL"), args=[filled, filler]):
                found = self._value(filled, metrics)
                # Where arithmetic takes the missing for zero, FILL may find no time series to fill.
                return self._value(filler, metrics) if found is None and not self.missing_is_zero else found
        raise NotImplementedError(f"{ast.unparse(node)} is not among what is understood of metric math.")

    def _operation(self, operation: Callable[[float, float], float], left: Value, right: Value) -> Value:
        if self.missing_is_zero:
            left, right = left or 0.0, right or 0.0
        if left is None or right is None:
            return None
        try:
            return float(operation(left, right))
        except ZeroDivisionError:
            return None


READINGS = (Reading(missing_is_zero=True), Reading(missing_is_zero=False))
