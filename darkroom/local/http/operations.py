"""Which service and operation an HTTP request asks for, read from its headers, path and query."""

import functools
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass

import botocore.session
from botocore.model import OperationModel, StructureShape

SCOPE = re.compile(r"Credential=(?P<key>[^/]+)/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")


@dataclass(frozen=True)
class Request:
    """The parts of an HTTP request that name the operation; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    form: Mapping[str, str]


@dataclass(frozen=True)
class _Route:
    name: str
    method: str
    path: re.Pattern[str]
    query: frozenset[tuple[str, str]]
    needed_query: frozenset[str]
    needed_headers: frozenset[str]

    @property
    def weight(self) -> int:
        return len(self.query) + len(self.needed_query) + len(self.needed_headers)

    def matches(self, request: Request) -> bool:
        return (
            self.method == request.method
            and self.path.fullmatch(request.path) is not None
            and all(request.query.get(name) == value for name, value in self.query)
            and self.needed_query <= request.query.keys()
            and self.needed_headers <= request.headers.keys()
        )


def signer(request: Request) -> tuple[str, str]:
    """Return access key and service of the signature (header or presigned URL); `("", "s3")` without one."""
    if "AWSAccessKeyId" in request.query:  # a presigned URL of the old kind, which boto3 still makes for us-east-1
        return request.query["AWSAccessKeyId"], "s3"
    presigned = "Credential=" + request.query.get("X-Amz-Credential", "")
    scope = SCOPE.search(request.headers.get("authorization", presigned)) or SCOPE.search(presigned)
    return (scope["key"], scope["service"]) if scope else ("", "s3")


def operation(service: str, request: Request) -> str:
    """Return the operation's name, such as PutItem; the HTTP method where no model knows the request."""
    target = request.headers.get("x-amz-target")
    if target:
        return target.rpartition(".")[2]
    action = request.form.get("Action") or request.query.get("Action")
    if action:
        return action
    candidates = [route for route in _routes(service) if route.matches(request)]
    return max(candidates, key=lambda route: route.weight).name if candidates else request.method


@functools.cache
def _routes(service: str) -> tuple[_Route, ...]:
    session = botocore.session.get_session()
    if service not in session.get_available_services():
        return ()
    model = session.get_service_model(service)
    operations = (model.operation_model(name) for name in model.operation_names)
    return tuple(_route(operation) for operation in operations if not operation.deprecated)


def _route(model: OperationModel) -> _Route:
    path, _, query = model.http["requestUri"].partition("?")
    template = re.sub(r"\\{(\w+)(\\\+)?\\}", lambda m: "(.+)" if m[2] else "([^/]+)", re.escape(path))
    needed: dict[str, set[str]] = {"querystring": set(), "header": set()}
    shape = model.input_shape
    if isinstance(shape, StructureShape):
        for name in shape.required_members:
            place = shape.members[name].serialization
            needed.get(place.get("location", ""), set()).add(place.get("name", name))
    return _Route(
        name=model.name,
        method=model.http["method"],
        path=re.compile(template + "/?", re.DOTALL),
        query=frozenset(urllib.parse.parse_qsl(query, keep_blank_values=True)),
        needed_query=frozenset(needed["querystring"]),
        needed_headers=frozenset(header.lower() for header in needed["header"]),
    )
