"""Where the repository's own definitions lie, and what a room's function.json says."""

import json
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
STATE_MACHINE = ROOT / "statemachine" / "pipeline.asl.json"
UPLOAD_PATTERN = ROOT / "statemachine" / "upload-pattern.json"
BACKSTOP = ROOT / "statemachine" / "backstop.asl.json"
BACKSTOP_PATTERN = ROOT / "statemachine" / "backstop-pattern.json"
# In the order in which a photo meets them.
ROOMS = ("validate", "enhance", "record", "notify")


@dataclass(frozen=True)
class FunctionDefinition:
    """A room's function.json; `environment` still holds its placeholders."""

    description: str
    runtime: str
    architecture: str
    handler: str
    memory_mb: int
    timeout_seconds: int
    environment: dict[str, str]


def function_definition(room: str) -> FunctionDefinition:
    """Return what functions/<room>/function.json says."""
    return FunctionDefinition(**json.loads((ROOT / "functions" / room / "function.json").read_text()))


def policy_file(room: str) -> Path:
    """Return the file of a room's permissions."""
    return ROOT / "functions" / room / "policy.json"
