"""Seam: GetAccountSettings, which moto lacks: how many functions may run at once."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from moto.awslambda import urls
from moto.awslambda.responses import LambdaResponse

from darkroom.local.seams import SeamMissingError, added

PATH = r"{0}/(?P<api_version>[^/]+)/account-settings/?$"
# What an account has that asked for nothing.
CONCURRENCY = 1000


@contextmanager
def installed() -> Iterator[None]:
    """Answer GetAccountSettings."""
    if any("account-settings" in path for path in urls.url_paths):
        raise SeamMissingError("moto answers GetAccountSettings now, so ours can go")
    with ExitStack() as seams:
        seams.enter_context(added(LambdaResponse, "get_account_settings", get_account_settings))
        urls.url_paths[PATH] = LambdaResponse.dispatch
        seams.callback(urls.url_paths.pop, PATH)
        yield


def get_account_settings(_: Any) -> tuple[int, dict[str, str], str]:
    """Answer with the account's limits; it uses nothing of them."""
    limit = {"ConcurrentExecutions": CONCURRENCY, "UnreservedConcurrentExecutions": CONCURRENCY}
    return 200, {}, json.dumps({"AccountLimit": limit, "AccountUsage": {}})
