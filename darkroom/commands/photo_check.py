"""Whether the deployed pipeline would take a photo, found out before anything is started."""

from pathlib import Path

from darkroom.command_errors import CommandError
from darkroom.commands.local_words import refusal
from darkroom.packaging.repository import function_definition
from functions.shared.errors import PermanentImageError
from functions.validate.inspect_photo import Limits, inspect_photo


class PhotoRefusedError(CommandError):
    """The photo is none that the pipeline would enhance; nothing was deployed."""


def lambda_limits() -> Limits:
    """Return the limits of a photo that the deployed function has."""
    environment = function_definition("enhance").environment
    return Limits(*(int(environment[name]) for name in ("MAX_BYTES", "MAX_PIXELS", "MAX_FRAMES")))


def require_photo(photo: Path) -> None:
    """Raise PhotoRefusedError where ValidateImage would refuse the photo."""
    try:
        with photo.open("rb") as source:
            inspect_photo(source, size_bytes=photo.stat().st_size, limits=lambda_limits())
    except PermanentImageError as error:
        reason = refusal(error, limits_are_flags=False)
        raise PhotoRefusedError(f"{photo}: {type(error).__name__}: {reason}") from error
