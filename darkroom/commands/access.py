"""The deployment that an operator's command is about, and the clients with which it is asked."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from darkroom import aws_session
from darkroom.aws_session import AwsError, AwsOptions, explained, explanation
from darkroom.command_errors import UsageError
from darkroom.commands.arguments import DEFAULT_PROJECT
from functions.operate.executions import Executions
from functions.operate.photo_story import UnknownPhotoError
from functions.operate.project import NoSuchProjectError, Project, find_project
from functions.operate.record_queries import Records
from functions.shared.errors import DarkroomError
from functions.shared.execution_arn import project_of, region_of

if TYPE_CHECKING:
    import argparse

PROJECT_VARIABLE = "DARKROOM_PROJECT"
# Many photos at once are throttled: botocore then waits and tries again, up to about two minutes.
ATTEMPTS = 9


@dataclass(frozen=True)
class Access:
    """One deployment as one operator reaches it."""

    project_name: str
    options: AwsOptions

    def client(self, service: str) -> Any:
        """Return the client of a service, made once. Raises AwsError."""
        # The page asks from several threads, and making clients is not safe among them.
        with self._making:
            if service not in self._clients:
                self._clients[service] = aws_session.client(service, attempts=ATTEMPTS, options=self.options)
            return self._clients[service]

    @cached_property
    def project(self) -> Project:
        """The project, found by its name."""
        return find_project(self.client, self.project_name)

    @cached_property
    def records(self) -> Records:
        """The project's records."""
        return Records(self.client("dynamodb"), self.project.table)

    @cached_property
    def executions(self) -> Executions:
        """The executions of the project's pipeline."""
        return Executions(self.client("stepfunctions"), self.project.pipeline_arn)

    @property
    def flags(self) -> list[str]:
        """The flags that lead another command to the same deployment, from the same shell."""
        project = ["--project", self.project_name] if self.project_name != usual_project() else []
        return [*project, *self.aws_flags]

    @property
    def aws_flags(self) -> list[str]:
        """The flags that lead a command to the same AWS."""
        given = {
            "--profile": self.options.profile,
            "--region": self.options.region,
            "--endpoint-url": self.options.endpoint_url,
        }
        return [word for flag, value in given.items() if value for word in (flag, value)]

    @cached_property
    def _making(self) -> threading.Lock:
        return threading.Lock()

    @cached_property
    def _clients(self) -> dict[str, Any]:
        return {}


@contextmanager
def access_of(options: argparse.Namespace, *targets: str) -> Iterator[Access]:
    """Give access to the deployment that is meant: that of an execution among the targets, if there is one.

    Raises AwsError for whatever goes wrong, in one sentence, and UsageError for an ARN of something else.
    """
    execution = next((text for text in targets if text.startswith("arn:")), "")
    try:
        project = options.project or (project_of(execution) if execution else usual_project())
    except ValueError as error:
        raise UsageError(str(error)) from error
    region = options.region or (region_of(execution) if execution else None)
    with explained():
        try:
            yield Access(project, AwsOptions(options.profile, region, options.endpoint_url))
        except (NoSuchProjectError, UnknownPhotoError, DarkroomError) as error:
            raise AwsError(str(error)) from error


def usual_project() -> str:
    """Return the project that is meant where none is named."""
    return os.environ.get(PROJECT_VARIABLE) or DEFAULT_PROJECT


def explain(error: Exception) -> str:
    """Return in one sentence why a call failed."""
    return explanation(error) if isinstance(error, (ClientError, BotoCoreError)) else str(error)
