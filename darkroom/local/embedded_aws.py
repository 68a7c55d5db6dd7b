"""The embedded AWS: every service that Darkroom uses, in this process, on one local port."""

import threading
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from moto.core.models import DEFAULT_ACCOUNT_ID

from darkroom.local import moto_setup, query_definitions
from darkroom.local.callers import OPERATOR, service_key
from darkroom.local.clients import Clients
from darkroom.local.events import (
    alarm_actions,
    bucket_notifications,
    bucket_policies,
    s3_events,
    s3_keys,
    version_listings,
)
from darkroom.local.events.event_bus import EventBus
from darkroom.local.events.inbox import Inbox
from darkroom.local.http.faults import Call, Faults
from darkroom.local.http.gateway import Server
from darkroom.local.lambda_ import account_settings
from darkroom.local.lambda_.lambda_service import Invoked, LambdaService
from darkroom.local.sandboxes import Sandboxes
from darkroom.local.states import (
    definitions,
    lambda_calls,
    map_results,
    map_runs,
    mock_cases,
    parsing,
    service_calls,
    states_api,
)
from darkroom.local.states.retry_clock import RetryClock, Wait

REGION = "us-east-1"
# moto keeps its state in module globals: two at once would be one.
_running = threading.Lock()


class AlreadyRunningError(RuntimeError):
    """This process runs an embedded AWS already."""


class EmbeddedAws:
    """S3, DynamoDB, SNS, SQS, EventBridge, Lambda, Step Functions, IAM and CloudWatch Logs, empty at every start.

    Args:
        inbox: folder where e-mail and SMS arrive as files.
        runtime: folder with awslambdaric and what it needs, which runs the functions.
        port: on 127.0.0.1; 0 takes a free one.
        wait_scale: how much of each retry's wait is really slept; `waits` notes it in full.
        mock_file: a MockConfigFile of Step Functions Local; by default the one that SFN_MOCK_CONFIG names.
            Read whenever an execution starts with a test case, so it may be changed while running.
    """

    region = REGION
    account_id = DEFAULT_ACCOUNT_ID

    def __init__(
        self,
        inbox: Path,
        runtime: Path,
        port: int = 0,
        wait_scale: float = 1.0,
        mock_file: Path | None = None,
    ) -> None:
        self.faults = Faults()
        self.sandboxes = Sandboxes()
        # Every invocation of a function so far, in the order in which they ended.
        self.invocations: list[Invoked] = []
        self.inbox = inbox
        self.mock_file = mock_file
        self._runtime = runtime.resolve()
        self._port = port
        self._clock = RetryClock(wait_scale)
        self._clients = Clients(REGION)
        self._stack = ExitStack()
        self._server: Server | None = None

    @property
    def endpoint_url(self) -> str:
        """Where AWS_ENDPOINT_URL should point."""
        return f"http://127.0.0.1:{self._running_server.port}"

    @property
    def calls(self) -> list[Call]:
        """Every API call so far, in order of arrival."""
        return self._running_server.gateway.calls

    @property
    def waits(self) -> list[Wait]:
        """Every wait before a retry so far, in full length."""
        return self._clock.waits

    def client(self, service: str) -> Any:
        """Return the boto3 client of a service, made once, with credentials that mean nothing."""
        return self._clients.get(self.endpoint_url, service, OPERATOR)

    def client_of(self, caller: str, service: str) -> Any:
        """Return the boto3 client of a service that calls under another name."""
        return self._clients.get(self.endpoint_url, service, service_key(caller))

    def start(self) -> None:
        """Start serving.

        Raises:
            AlreadyRunningError: another one runs in this process.
            SeamMissingError: moto is not the version that this was written for.
            OSError: the port is taken.
        """
        if not _running.acquire(blocking=False):
            raise AlreadyRunningError("Stop the embedded AWS that runs in this process before starting another")
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop serving, end every function process, and leave moto as it was."""
        self._stack.close()
        self._server = None
        self._clients.clear()
        _running.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _start(self) -> None:
        enter = self._stack.enter_context
        moto_setup.silence()
        # Last in, first out: events stop before functions do, and functions before the server that they call.
        enter(moto_setup.emptied())
        enter(moto_setup.interpreting())
        enter(moto_setup.listed_once())
        enter(s3_keys.installed())
        enter(version_listings.installed())
        enter(bucket_policies.installed())
        enter(bucket_notifications.installed())
        enter(account_settings.installed())
        enter(query_definitions.installed())
        self._server = Server(self._port, self.faults)
        self._stack.callback(self._server.close)
        enter(self._clock.installed())
        enter(Inbox(self.inbox).installed())
        enter(alarm_actions.installed(partial(self.client_of, "cloudwatch")))
        enter(parsing.installed())
        enter(definitions.installed())
        enter(mock_cases.installed())
        functions = LambdaService(runtime=self._runtime, endpoint_url=self.endpoint_url, sandboxes=self.sandboxes)
        self.invocations = functions.invocations
        enter(functions.installed())
        enter(lambda_calls.installed(partial(self.client_of, "states")))
        enter(service_calls.installed(partial(self.client_of, "states")))
        enter(map_runs.installed())
        enter(map_results.installed())
        bus = EventBus(REGION, partial(self.client_of, "events"))
        # What the bus still delivers may start an execution.
        enter(states_api.installed(bus, lambda: self.mock_file))
        enter(bus.installed())
        enter(s3_events.installed(bus))

    @property
    def _running_server(self) -> Server:
        if self._server is None:
            raise RuntimeError("The embedded AWS is not running: use it in a `with` block, or call start()")
        return self._server
