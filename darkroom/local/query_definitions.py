"""Seam: saved queries of Logs Insights, which moto lacks."""

import json
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.responses import LogsResponse

from darkroom.local.seams import added

Definition = dict[str, Any]
KEPT = ("name", "queryString", "logGroupNames")


@contextmanager
def installed() -> Iterator[None]:
    """Answer PutQueryDefinition, DescribeQueryDefinitions and DeleteQueryDefinition."""
    queries = QueryDefinitions()
    with ExitStack() as seams:
        for name in ("put_query_definition", "describe_query_definitions", "delete_query_definition"):
            seams.enter_context(added(LogsResponse, name, _answer(getattr(queries, name))))
        yield


def _answer(answer: Any) -> Any:
    return lambda response: json.dumps(answer(response))


class QueryDefinitions:
    """The definitions by account, Region and id."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], dict[str, Definition]] = {}

    def put_query_definition(self, request: LogsResponse) -> dict[str, str]:
        """Change the one of the given id; without an id, make another, whatever its name."""
        own, given = self._own(request), request._get_param("queryDefinitionId")
        if given and given not in own:
            raise ResourceNotFoundException
        identity = given or str(uuid.uuid4())
        own[identity] = {name: request._get_param(name) for name in KEPT if request._get_param(name)}
        return {"queryDefinitionId": identity}

    def describe_query_definitions(self, request: LogsResponse) -> dict[str, list[Definition]]:
        """Return those whose name begins so, all on one page."""
        prefix = request._get_param("queryDefinitionNamePrefix") or ""
        found = [{"queryDefinitionId": identity, **known} for identity, known in self._own(request).items()]
        return {"queryDefinitions": [known for known in found if known["name"].startswith(prefix)]}

    def delete_query_definition(self, request: LogsResponse) -> dict[str, bool]:
        """Delete one."""
        if self._own(request).pop(request._get_param("queryDefinitionId"), None) is None:
            raise ResourceNotFoundException
        return {"success": True}

    def _own(self, request: LogsResponse) -> dict[str, Definition]:
        return self._found.setdefault((request.current_account, request.region), {})
