"""What the routes work with: one deployment, as whoever serves the API reaches it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from aws_lambda_powertools.event_handler import Request
from aws_lambda_powertools.event_handler.depends import Depends

from functions.operate.browser_pictures import BrowserPictures
from functions.operate.executions import Executions
from functions.operate.photo_story import Sources
from functions.operate.project import Clients, Project, copies_bucket, environment_of, upload_bucket
from functions.operate.record_queries import Records
from functions.operate.signed_links import SignedLinks

CONTEXT = "deployment"


@dataclass(frozen=True)
class ApiContext:
    """A deployment and how it is reached; `explain` says in a sentence why a call failed.

    `pace` waits until the next execution may be started. `has_messages` says that whoever serves the API also serves
    the messages to subscribers, and `is_local` that the deployment runs on this machine.
    """

    project: Project
    clients: Clients
    explain: Callable[[Exception], str]
    pace: Callable[[], None]
    is_local: bool = False
    has_messages: bool = False

    @cached_property
    def records(self) -> Records:
        """The project's records."""
        return Records(self.clients("dynamodb"), self.project.table)

    @property
    def executions(self) -> Executions:
        """The executions of the project's pipeline; made anew, because it asks for the definition of now but once."""
        return Executions(self.clients("stepfunctions"), self.project.pipeline_arn)

    @property
    def sources(self) -> Sources:
        """What the story of a photo is read from."""
        return Sources(self.project, self.records, self.executions)

    @cached_property
    def upload_bucket(self) -> str:
        """The bucket whose uploads start the pipeline."""
        return upload_bucket(self.clients, self.project)

    @cached_property
    def copies_bucket(self) -> str:
        """The bucket that the enhanced copies lie in."""
        return copies_bucket(self.clients, self.project)

    @property
    def enhancing(self) -> dict[str, str]:
        """What the function that enhances is told."""
        return environment_of(self.clients, self.project, "enhance")

    @property
    def max_upload_bytes(self) -> int:
        """How large an upload may be."""
        return int(environment_of(self.clients, self.project, "validate")["MAX_BYTES"])

    @cached_property
    def caller(self) -> str:
        """The ARN of who asks AWS."""
        return str(self.clients("sts").get_caller_identity()["Arn"])

    @cached_property
    def links(self) -> SignedLinks:
        """Links to objects of the buckets."""
        return SignedLinks(self.clients("s3"))

    @cached_property
    def pictures(self) -> BrowserPictures:
        """Pictures that a browser shows."""
        return BrowserPictures(self.clients)

    @property
    def bucket_origins(self) -> list[str]:
        """The origins at which a browser reaches the buckets."""
        return sorted({self.links.origin(bucket) for bucket in (self.upload_bucket, self.copies_bucket)})


def _context(request: Request) -> ApiContext:
    context: ApiContext = request.context[CONTEXT]
    return context


Context = Annotated[ApiContext, Depends(_context)]
"""The type of a route's parameter that is given the context."""
