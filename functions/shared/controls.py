"""What a person may ask of the enhancement without code: a preset and a strength, in the upload's own metadata."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from functions.shared.errors import InvalidMetadataError

Preset = Literal["auto", "photo", "document", "none"]
PRESETS: tuple[Preset, ...] = get_args(Preset)
MAX_STRENGTH = 100
MAX_QUOTED_CHARACTERS = 40
MAX_REASON_CHARACTERS = 256  # of why an operator runs a photo again


@dataclass(frozen=True)
class Asked:
    """What an upload asks for; None where it leaves the choice to the function's settings. Strength from 0 to 100."""

    preset: Preset | None = None
    strength: int | None = None


def read_asked(metadata: Mapping[str, str]) -> Asked:
    """Return what S3 object metadata, by names without `x-amz-meta-`, asks for; case and spaces around do not count.

    Raises InvalidMetadataError, which names every value at fault, what is allowed, and the remedy.
    """
    given = {name: value.strip().lower() for name, value in metadata.items() if name in {"preset", "strength"}}
    preset, strength = given.get("preset"), given.get("strength")
    faults = []
    if preset is not None and preset not in PRESETS:
        faults.append(f"x-amz-meta-preset is {_quoted(preset)}, it can be {', '.join(PRESETS)}")
    if strength is not None and not is_strength(strength):
        faults.append(f"x-amz-meta-strength is {_quoted(strength)}, it can be a whole number from 0 to {MAX_STRENGTH}")
    if faults:
        remedy = "Upload the photo again with a right value, or without one for the function's own setting."
        raise InvalidMetadataError(f"Object metadata: {'; '.join(faults)}. {remedy}")
    return Asked(cast("Preset | None", preset), None if strength is None else int(strength))


def is_strength(text: str) -> bool:
    """Return whether a text is a whole number from 0 to 100."""
    # Three digits at most: int() of a very long number would raise.
    return text.isascii() and text.isdecimal() and len(text) <= 3 and int(text) <= MAX_STRENGTH


def _quoted(value: str) -> str:
    return repr(value if len(value) <= MAX_QUOTED_CHARACTERS else value[: MAX_QUOTED_CHARACTERS - 1] + "…")
