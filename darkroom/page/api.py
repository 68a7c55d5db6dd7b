"""The page's API: the routes of functions/operate, and those that the page alone has."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import HttpResolverLocal
from aws_lambda_powertools.event_handler.api_gateway import Router

from darkroom.command_errors import CommandError
from darkroom.page.asgi import BodyTooLargeError, Message, Receive, Scope, Send, answer, read_body
from functions.operate.api.all_routes import PREFIX, include_routes
from functions.operate.api.api_context import CONTEXT, ApiContext
from functions.operate.api.problems import InvalidRequestError, Problem, defect, problem

# A hundred keys of S3's longest, several times over.
MAX_BODY_BYTES = 1_000_000
# A browser asks for six things at once; some may wait for a picture or for AWS.
MAX_AT_ONCE = 16
# The documents of the routes have three levels.
MAX_DEPTH = 10
JSON = "application/json"


def resolver(context: ApiContext, own_routers: tuple[Router, ...] = ()) -> HttpResolverLocal:
    """Return all routes: those of functions/operate, and the page's own, which this process alone can serve."""
    made = HttpResolverLocal(enable_validation=True)
    include_routes(made)
    for router in own_routers:
        made.include_router(router, prefix=PREFIX)

    @made.exception_handler(CommandError)  # type: ignore[untyped-decorator]
    def not_answered(error: CommandError) -> Any:
        return problem(HTTPStatus.BAD_GATEWAY, type(error).__name__, str(error))

    made.append_context(**{CONTEXT: context})  # type: ignore[no-untyped-call]
    return made


@dataclass(frozen=True)
class Api:
    """Serves the routes, each request in a thread: they wait for AWS, and none must wait for another."""

    routes: HttpResolverLocal
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(MAX_AT_ONCE, "page"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            body = await read_body(receive, MAX_BODY_BYTES)
        except BodyTooLargeError as error:
            await answer(send, 413, _problem(error), JSON)
            return
        loop = asyncio.get_running_loop()
        for message in await loop.run_in_executor(self._pool, self._answered, scope, body):
            await send(message)

    def close(self) -> None:
        """Drop the requests that wait for a thread; those at work end by themselves."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _answered(self, scope: Scope, body: bytes) -> list[Message]:
        """Return the messages of an answer; a defect of ours is one too, without its traceback."""
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        try:
            _require_readable(scope, body)
            asyncio.run(self.routes({**scope, "headers": _readable_headers(scope)}, receive, send))
        except InvalidRequestError as error:
            asyncio.run(answer(send, 400, _problem(error), JSON))
        except Exception as error:  # noqa: BLE001 - whatever it is, the page has to say so
            sent.clear()
            asyncio.run(answer(send, 500, defect(error).model_dump_json(), JSON))
        return sent


def _problem(error: Exception) -> str:
    return Problem(error=type(error).__name__, message=str(error)).model_dump_json()


def _require_readable(scope: Scope, body: bytes) -> None:
    """Raise InvalidRequestError for a query or a body at which Powertools would fail as at a defect."""
    try:
        scope["query_string"].decode()
    except UnicodeDecodeError as error:
        raise InvalidRequestError("query: it is no UTF-8") from error
    try:
        document = json.loads(body.decode()) if body else None
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError("body: it is no JSON") from error
    if _depth(document) > MAX_DEPTH:
        raise InvalidRequestError(f"body: its JSON is nested more than {MAX_DEPTH} levels deep")


def _depth(document: Any) -> int:
    depth, level = 0, [document]
    while level := [part for whole in level if isinstance(whole, dict | list) for part in _parts(whole)]:
        depth += 1
    return depth


def _parts(whole: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return whole.values() if isinstance(whole, dict) else whole


def _readable_headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Return the headers without those that are no ASCII, such as cookies of other ports: Powertools fails at them."""
    return [(name, value) for name, value in scope["headers"] if value.isascii()]
