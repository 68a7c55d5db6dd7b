"""Settings of the validate function; function.json lists the same names."""

from pydantic import Field

from functions.shared.settings import EnvironmentSettings


class Settings(EnvironmentSettings):
    """The limits of a photo, where the records lie, and how long a claim lasts without a write."""

    table_name: str = Field(min_length=3)
    max_bytes: int = Field(gt=0)
    max_pixels: int = Field(gt=0)
    max_frames: int = Field(gt=0)
    lease_seconds: int = Field(gt=0)
