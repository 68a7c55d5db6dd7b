"""Settings of the record function; function.json lists the same names."""

from pydantic import Field
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """Where the records lie, and how long a claim holds without a sign of life."""

    table_name: str = Field(min_length=3)
    lease_seconds: int = Field(gt=0)
