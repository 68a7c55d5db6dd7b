"""How moto itself is set up while the embedded AWS runs."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from moto import backends
from moto.core.config import default_user_config
from moto.moto_api._internal.models import moto_api_backend

from darkroom.local.seams import original, replaced


def silence() -> None:
    """Keep moto's warnings off the terminal; a program that sets up logging still gets them.

    For good, as a library's NullHandler is: a thread of an execution may fail while all else is gone already.
    """
    for logger in map(logging.getLogger, ("moto", "werkzeug")):
        if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
            logger.addHandler(logging.NullHandler())


@contextmanager
def emptied() -> Iterator[None]:
    """Start and leave with no bucket, table, or anything else."""
    moto_api_backend.reset()
    yield
    moto_api_backend.reset()


@contextmanager
def interpreting() -> Iterator[None]:
    """Switch moto's Step Functions interpreter on."""
    before = dict(default_user_config["stepfunctions"])
    default_user_config["stepfunctions"]["execute_state_machine"] = True
    yield
    default_user_config["stepfunctions"].update(before)  # type: ignore[typeddict-item]


@contextmanager
def listed_once() -> Iterator[None]:
    """Keep moto's list of its services: at each request it looks at every entry of its folder."""
    services = tuple(original(backends, "list_of_moto_modules")())
    with replaced(backends, "list_of_moto_modules", lambda: services):
        yield
