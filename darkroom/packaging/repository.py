"""Where the repository's own definitions lie, and what a function's function.json says."""

import json
from dataclasses import dataclass
from pathlib import Path

from darkroom.command_errors import UsageError

# The checkout, or in an installed wheel the folder that the packages lie in.
ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
# Zips are built from the lock file, which no wheel holds.
IS_CHECKOUT = (ROOT / "uv.lock").is_file()
# pyproject.toml puts the state machines and the documents into the wheel, inside this package.
STATE_MACHINES = ROOT / "statemachine" if IS_CHECKOUT else ROOT / "darkroom" / "statemachine"
STATE_MACHINE = STATE_MACHINES / "pipeline.asl.json"
UPLOAD_PATTERN = STATE_MACHINES / "upload-pattern.json"
BACKSTOP = STATE_MACHINES / "backstop.asl.json"
BACKSTOP_PATTERN = STATE_MACHINES / "backstop-pattern.json"
BACKFILL = STATE_MACHINES / "backfill.asl.json"
DOCUMENTS = ROOT / "deploy" / "documents" if IS_CHECKOUT else ROOT / "darkroom" / "documents"
BACKFILL_POLICY = DOCUMENTS / "backfill-machine-policy.json"
BUCKET_POLICY = DOCUMENTS / "bucket-policy.json"
# In the order in which a photo meets them.
FUNCTIONS = ("validate", "enhance", "record", "notify")


class CheckoutNeededError(UsageError):
    """A command that builds from the sources was called from an installed wheel, which holds none of them."""


@dataclass(frozen=True)
class FunctionDefinition:
    """A function's function.json; `environment` still holds its placeholders."""

    description: str
    runtime: str
    architecture: str
    handler: str
    memory_mb: int
    timeout_seconds: int
    environment: dict[str, str]


def function_definition(function: str) -> FunctionDefinition:
    """Return what functions/<function>/function.json says."""
    return FunctionDefinition(**json.loads((ROOT / "functions" / function / "function.json").read_text()))


def policy_file(function: str) -> Path:
    """Return the file of a function's permissions."""
    return ROOT / "functions" / function / "policy.json"


def require_checkout(command: str) -> None:
    """Raise CheckoutNeededError unless the sources are there that zips are built from."""
    if not IS_CHECKOUT:
        raise CheckoutNeededError(
            "it builds the functions from the repository, which an installed package does not hold: "
            f"run `make {command}` in a checkout of Darkroom"
        )
