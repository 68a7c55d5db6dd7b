"""How a function reads its settings: from the environment, typed, all problems reported at once."""

import os
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from functions.shared.errors import ConfigurationError


class EnvironmentSettings(BaseModel):
    """Base of a function's settings: each field stands in the environment, under its name in capitals.

    pydantic-settings would read files and command lines too, and takes a fifth of a cold start to import.
    """

    model_config = ConfigDict(frozen=True)


SettingsT = TypeVar("SettingsT", bound=EnvironmentSettings)


def load(model: type[SettingsT]) -> SettingsT:
    """Return the settings in the environment; raises ConfigurationError that names every variable at fault."""
    variables = {name: name.upper() for name in model.model_fields}
    given = {name: os.environ[variable] for name, variable in variables.items() if variable in os.environ}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        problems = "; ".join(f"{_variable(problem['loc'])}: {problem['msg']}" for problem in error.errors())
        # The values stay out of the message: a log is no place for what might be a secret.
        raise ConfigurationError(f"Environment variables to fix in function.json: {problems}.") from None


def _variable(location: tuple[int | str, ...]) -> str:
    variable, *within = map(str, location)
    return ".".join((variable.upper(), *within))
