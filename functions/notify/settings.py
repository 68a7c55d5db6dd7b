"""Settings of the notify function; function.json lists the same names."""

from pydantic import Field

from functions.shared.settings import EnvironmentSettings


class Settings(EnvironmentSettings):
    """Where messages go, and for how long a link is signed.

    The role's own session may end sooner than link_seconds, hence the short ceiling.
    """

    topic_arn: str = Field(pattern=r"^arn:[^:]+:sns:")
    link_seconds: int = Field(gt=0, le=43_200)
