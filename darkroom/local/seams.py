"""How the embedded AWS changes moto: one attribute at a time, undone when it stops."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

ABSENT = object()


class SeamMissingError(RuntimeError):
    """moto no longer has (or now has) what a seam relies on; the message names it and the remedy."""


def original(owner: Any, name: str) -> Any:
    """What `owner` has under `name` before a seam covers it.

    Raises:
        SeamMissingError: moto changed; darkroom/local was written for the version that pyproject.toml pins.
    """
    found = getattr(owner, name, ABSENT)
    if found is ABSENT:
        raise SeamMissingError(_changed(owner, name, "is gone"))
    return found


@contextmanager
def replaced(owner: Any, name: str, replacement: Any) -> Iterator[None]:
    """Put `replacement` in the place of an attribute that moto has."""
    original(owner, name)
    # vars() and not getattr(): a staticmethod or classmethod must go back as the descriptor that it was.
    before = vars(owner).get(name, ABSENT)
    setattr(owner, name, replacement)
    try:
        yield
    finally:
        _restore(owner, name, before)


@contextmanager
def added(owner: Any, name: str, addition: Any) -> Iterator[None]:
    """Add an attribute that moto lacks; if moto has it by now, ours should go."""
    if hasattr(owner, name):
        raise SeamMissingError(_changed(owner, name, "exists now, so ours can go"))
    setattr(owner, name, addition)
    try:
        yield
    finally:
        delattr(owner, name)


def _restore(owner: Any, name: str, before: Any) -> None:
    if before is ABSENT:
        delattr(owner, name)
    else:
        setattr(owner, name, before)


def _changed(owner: Any, name: str, change: str) -> str:
    where = getattr(owner, "__qualname__", None) or getattr(owner, "__name__", repr(owner))
    return (
        f"moto {version('moto')}: {where}.{name} {change}. "
        "Install the version that pyproject.toml pins (make clean test), or fix darkroom/local."
    )
