"""All routes of the API, and the document that describes them."""

from http import HTTPStatus
from importlib.metadata import version

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver, Router

from functions.operate.api import deployment_routes, photo_routes, picture_routes, problems, rerun_routes, upload_routes

PREFIX = "/api"
ROUTERS: tuple[Router, ...] = (
    problems.router,
    deployment_routes.router,
    photo_routes.router,
    picture_routes.router,
    rerun_routes.router,
    upload_routes.router,
)


def include_routes(resolver: ApiGatewayResolver) -> None:
    """Add all routes to a resolver."""
    for router in ROUTERS:
        resolver.include_router(router, prefix=PREFIX)

    @resolver.get(f"{PREFIX}/openapi.json", include_in_schema=False)
    def describe() -> Response[str]:
        document = resolver.get_openapi_json_schema(title="Darkroom", version=version("darkroom"))
        return Response(HTTPStatus.OK, content_types.APPLICATION_JSON, document)
