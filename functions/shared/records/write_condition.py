"""What has to hold of a record for a write to change it, as DynamoDB's condition expression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class WriteCondition:
    """All parts have to hold together.

    `only_if` names attributes and the values that they must have; None stands for an attribute that must be absent.
    `unless_finalized` is the writer's redrive count: the write is refused where the backstop has finalized that
    attempt or a later one.
    """

    only_if: Mapping[str, Any]
    unless_status: str | None = None
    unless_finalized: int | None = None

    @property
    def expression(self) -> str:
        """The ConditionExpression."""
        equal = [f"#{name} = :seen_{name}" for name in self._present]
        absent = [f"attribute_not_exists(#{name})" for name in self.only_if if name not in self._present]
        status = ["#Status <> :unless_status"] if self.unless_status else []
        below = [f"(attribute_not_exists(#{name}) OR #{name} < :below_{name})" for name in self._below]
        return " AND ".join([*equal, *absent, *status, *below])

    @property
    def values(self) -> dict[str, Any]:
        """The ExpressionAttributeValues, in plain Python."""
        status = {":unless_status": self.unless_status} if self.unless_status else {}
        below = {f":below_{name}": value for name, value in self._below.items()}
        return {f":seen_{name}": value for name, value in self._present.items()} | status | below

    @property
    def names(self) -> set[str]:
        """The attributes that the expression names."""
        return {*self.only_if, *self._below, *(["Status"] if self.unless_status else [])}

    @property
    def _present(self) -> dict[str, Any]:
        return {name: value for name, value in self.only_if.items() if value is not None}

    @property
    def _below(self) -> dict[str, int]:
        """The redrive counts in the record that have to be absent or less than a number."""
        return {} if self.unless_finalized is None else {"BackstopRedriveCount": self.unless_finalized}
