"""What the ARN of an execution says: `arn:aws:states:REGION:ACCOUNT:execution:PROJECT-pipeline:NAME`."""


def console_url(execution_arn: str) -> str:
    """Return the execution's page in the Step Functions console."""
    return f"{_console(execution_arn)}/executions/details/{execution_arn}"


def machine_url(state_machine_arn: str) -> str:
    """Return the state machine's page in the Step Functions console."""
    return f"{_console(state_machine_arn)}/statemachines/view/{state_machine_arn}"


def _console(arn: str) -> str:
    region = region_of(arn)
    return f"https://{region}.console.aws.amazon.com/states/home?region={region}#/v2"


def region_of(arn: str) -> str:
    """Return the Region of an execution or a state machine."""
    return arn.split(":")[3]


def arn_of_execution(state_machine_arn: str, name: str) -> str:
    """Return the ARN of the execution that has, or would have, this name."""
    return f"{state_machine_arn.replace(':stateMachine:', ':execution:')}:{name}"


def project_of(execution_arn: str) -> str:
    """Return the project whose pipeline an execution is of. Raises ValueError for anything else."""
    parts = execution_arn.split(":")
    if len(parts) != 8 or parts[5] != "execution" or not parts[6].endswith("-pipeline"):
        raise ValueError(f"{execution_arn!r} is no execution of a pipeline; copy its ARN from the console or a message")
    return parts[6].removesuffix("-pipeline")
