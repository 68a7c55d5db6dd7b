"""Settings of the enhance function; function.json lists the same names."""

from pydantic import Field
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """Where enhanced copies go, and the limits of a photo."""

    enhanced_bucket_name: str = Field(min_length=3)
    max_bytes: int = Field(gt=0)
    max_pixels: int = Field(gt=0)
    max_frames: int = Field(gt=0)
