"""Settings of the enhance function; function.json lists the same names."""

from pydantic import Field, Json

from functions.enhance.codec.renditions import Renditions
from functions.shared.contracts import Strength
from functions.shared.controls import Preset
from functions.shared.settings import EnvironmentSettings


class Settings(EnvironmentSettings):
    """Where enhanced copies go, the limits of a photo, and how it is enhanced where the upload does not say."""

    enhanced_bucket_name: str = Field(min_length=3)
    max_bytes: int = Field(gt=0)
    max_pixels: int = Field(gt=0)
    max_frames: int = Field(gt=0)
    preset: Preset
    strength: Strength
    renditions: Json[Renditions]
