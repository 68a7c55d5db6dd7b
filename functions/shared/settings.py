"""How a function reads its settings: from the environment, typed, all problems reported at once."""

from typing import TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from functions.shared.errors import ConfigurationError

SettingsT = TypeVar("SettingsT", bound=BaseSettings)


def load(model: type[SettingsT]) -> SettingsT:
    """Return the settings in the environment; raises ConfigurationError that names every variable at fault."""
    try:
        return model()
    except ValidationError as error:
        problems = "; ".join(f"{_variable(problem['loc'])}: {problem['msg']}" for problem in error.errors())
        # The values stay out of the message: a log is no place for what might be a secret.
        raise ConfigurationError(f"Environment variables to fix in function.json: {problems}.") from None


def _variable(location: tuple[int | str, ...]) -> str:
    variable, *within = map(str, location)
    return ".".join((variable.upper(), *within))
