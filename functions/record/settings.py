"""Settings of the record function; function.json lists the same names."""

from pydantic import Field

from functions.shared.settings import EnvironmentSettings


class Settings(EnvironmentSettings):
    """Where the records lie, how long a claim lasts without a write, whether failed uploads are tagged."""

    table_name: str = Field(min_length=3)
    lease_seconds: int = Field(gt=0)
    quarantine_tags: bool
