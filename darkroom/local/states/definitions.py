"""What Step Functions refuses in a definition and moto lets pass, and errors that no wildcard may catch."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from moto.core.exceptions import AWSError
from moto.stepfunctions.parser import api
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from darkroom.local.seams import original, replaced

# "States.ALL cannot catch": https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
NOT_IN_ALL = {"States.DataLimitExceeded", "States.Runtime"}


class InvalidDefinition(AWSError):  # noqa: N818 - the name that AWS gives it
    """The definition breaks the rules of Amazon States Language; moto's own error loses its name on the way out."""

    TYPE = "InvalidDefinition"
    STATUS = 400


@contextmanager
def installed() -> Iterator[None]:
    """Refuse transitions to states that do not exist; keep States.ALL from what it does not catch in AWS."""
    validate = original(StepFunctionsParserBackend, "_validate_definition")
    matches = original(ErrorEqualsDecl, "_eval_body")

    def validate_fully(definition: str) -> None:
        try:
            validate(definition)
        except api.InvalidDefinition as invalid:
            raise InvalidDefinition(f"Invalid State Machine Definition: {invalid}") from invalid
        problems = dangling(json.loads(definition))
        if problems:
            raise InvalidDefinition("Invalid State Machine Definition: " + ", ".join(problems))

    def matches_as_in_aws(declared: ErrorEqualsDecl, env: Environment) -> None:
        raised = env.stack[-1].error_name
        named = {name.error_name for name in declared.error_names}
        matches(declared, env)
        if raised in NOT_IN_ALL and raised not in named:
            env.stack[-1] = False

    with ExitStack() as seams:
        replacement = staticmethod(validate_fully)
        seams.enter_context(replaced(StepFunctionsParserBackend, "_validate_definition", replacement))
        seams.enter_context(replaced(ErrorEqualsDecl, "_eval_body", matches_as_in_aws))
        yield


def dangling(machine: dict[str, Any]) -> list[str]:
    """Return a problem for each transition to a state that is not there, in nested machines too."""
    states = machine["States"]
    problems = []
    if machine["StartAt"] not in states:
        problems.append(f"MISSING_TRANSITION_TARGET: Missing 'Next' target: {machine['StartAt']} at /StartAt")
    for name, state in states.items():
        missing = sorted(_targets(state) - states.keys())
        problems += [f"MISSING_TRANSITION_TARGET: Missing 'Next' target: {to} at /States/{name}" for to in missing]
        nested = [*state.get("Branches", []), *(state[key] for key in ("ItemProcessor", "Iterator") if key in state)]
        problems += [problem for inner in nested for problem in dangling(inner)]
    return problems


def _targets(state: dict[str, Any]) -> set[str]:
    rules = [*state.get("Choices", []), *state.get("Catch", [])]
    found = {rule.get("Next") for rule in rules} | {state.get("Next"), state.get("Default")}
    return {name for name in found if name is not None}
