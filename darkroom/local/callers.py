"""Who makes a call: the embedded AWS hands out access keys that carry the caller's name."""

FUNCTION_PREFIX = "ASIALAMBDA."
SERVICE_PREFIX = "AKIASERVICE."
OPERATOR = "darkroom"


def function_credentials(name: str, token: str) -> dict[str, str]:
    """Return the variables that a function's SDK signs with."""
    return {
        "AWS_ACCESS_KEY_ID": FUNCTION_PREFIX + name,
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_SESSION_TOKEN": token,
    }


def service_key(service: str) -> str:
    """Return the access key with which an AWS service calls another, such as states calling Lambda."""
    return SERVICE_PREFIX + service


def caller_of(access_key: str) -> str:
    """Return the function's or service's name, or the access key itself for anyone else."""
    return access_key.removeprefix(FUNCTION_PREFIX).removeprefix(SERVICE_PREFIX)
