"""What should be there: a deployment's names, and the documents that both ways to deploy send to AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError

from functions.operate.differences import differences
from functions.operate.doctor.findings import DEPLOY, Fault
from functions.operate.project import Clients, Project

Said = Fault | str
"""What a check yields: a fault, or a note that is none."""
ABSENT = ("NoSuch", "NotFound", "DoesNotExist", "NonExistent", "404")
MAX_DIFFERENCES = 3


@dataclass(frozen=True)
class Plan:
    """A deployment as it should be; `documents` have the names of deploy.sh's inputs, such as "buckets/NAME/create"."""

    project: Project
    upload_bucket: str
    enhanced_bucket: str
    key_arn: str
    documents: Mapping[str, Any]
    at: datetime

    @property
    def buckets(self) -> list[str]:
        """One bucket, or two."""
        return list(dict.fromkeys([self.upload_bucket, self.enhanced_bucket]))

    def of(self, name: str) -> str:
        """Return the project's name for something."""
        return f"{self.project.name}-{name}"

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of something of this deployment."""
        return f"arn:aws:{service}:{self.project.region}:{self.project.account_id}:{resource}"

    def named(self, kind: str) -> list[str]:
        """Return the names of all things of a kind, such as "functions"."""
        return list(dict.fromkeys(name.split("/")[1] for name in self.documents if name.startswith(f"{kind}/")))


@dataclass(frozen=True)
class Check:
    """One question about each of its subjects: `read` asks AWS for facts, `judge` compares them with the plan."""

    name: str
    about: str
    subjects: Callable[[Plan], Iterable[str]]
    read: Callable[[Clients, Plan, str], Any]
    judge: Callable[[Plan, str, Any], Iterator[Said]]


def if_there(question: Callable[[], Any]) -> Any:
    """Return the answer to a question, None where AWS says that there is no such thing."""
    try:
        return question()
    except ClientError as error:
        if any(word in error.response["Error"]["Code"] for word in ABSENT):
            return None
        raise


def faults_where_it_differs(subject: str, wanted: Any, found: Any, remedy: str = DEPLOY) -> Iterator[Fault]:
    """Yield one fault where a thing is not there, or not as it should be."""
    if found is None:
        yield Fault(subject=subject, finding="is not there", remedy=remedy)
        return
    seen = list(islice(differences(wanted, found), MAX_DIFFERENCES + 1))
    if seen:
        more = "; …" if len(seen) > MAX_DIFFERENCES else ""
        said = "; ".join(seen[:MAX_DIFFERENCES])
        yield Fault(subject=subject, finding=f"is not as it should be ({said}{more})", remedy=remedy)
