"""What everything that is shown is made of, so that a table, a JSON document and an exit status rest on one thing."""

from pydantic import BaseModel, ConfigDict

EXIT_GOOD, EXIT_FAILED, EXIT_NOT_OVER = 0, 1, 3


class ReportModel(BaseModel):
    """Base of what is shown: immutable, and the source of the JSON schemas in `functions/operate/schemas/`."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="ignore")
