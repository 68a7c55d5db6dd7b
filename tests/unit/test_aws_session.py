"""Each of botocore's exceptions becomes one sentence with a remedy."""

import string
from typing import Any

import pytest
from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError

from darkroom.aws_session import CLIENT_SIDE, AwsError, explained, explanation


def made(kind: Any) -> BotoCoreError:
    """Return an exception as botocore raises it, with all the details that its message names."""
    names = {name for _, name, _, _ in string.Formatter().parse(kind.fmt) if name}
    error: BotoCoreError = kind(**{name: f"<{name}\n>" for name in names | {"error", "endpoint_url"}})
    return error


@pytest.mark.parametrize(("kind", "sentence"), CLIENT_SIDE, ids=[kind.__name__ for kind, _ in CLIENT_SIDE])
def test_an_exception_of_the_client_becomes_its_sentence(kind: Any, sentence: str) -> None:
    found = explanation(made(kind))
    assert found.startswith(sentence.split("{", maxsplit=1)[0])
    assert "{" not in found
    assert "\n" not in found


@pytest.mark.parametrize(
    ("kind", "remedy"),
    [
        (exceptions.UnauthorizedSSOTokenError, "log in"),
        (exceptions.EndpointConnectionError, "check the connection"),
        (exceptions.ConnectTimeoutError, "check the connection"),
        (exceptions.ReadTimeoutError, "check the connection"),
        (exceptions.ConnectionClosedError, "check the connection"),
    ],
)
def test_a_kind_that_is_derived_has_the_remedy_of_its_base(kind: Any, remedy: str) -> None:
    assert remedy in explanation(made(kind))


def test_any_other_exception_keeps_its_text_on_one_line() -> None:
    assert explanation(exceptions.ConfigParseError(path="/a\nb")) == "Unable to parse config file: /a b"


@pytest.mark.parametrize(
    ("code", "start"),
    [
        ("ThrottlingException", "AWS limits how often ListQueues may be called: wait a minute"),
        ("com.amazonaws.sqs#QueueDoesNotExist", "there is no such queue"),
        ("Odd", "AWS refused ListQueues with Odd: Not now."),
    ],
)
def test_a_refusal_of_the_service_becomes_a_sentence(code: str, start: str) -> None:
    with pytest.raises(AwsError, match=rf"^{start}"), explained():
        raise ClientError({"Error": {"Code": code, "Message": "Not\nnow."}}, "ListQueues")
