"""A running deployment whose parts can be exchanged: code of functions, their settings, state machines, rules."""

from __future__ import annotations

import importlib
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING, Any

from darkroom.packaging.placeholders import render
from darkroom.packaging.repository import BACKSTOP, BACKSTOP_PATTERN, FUNCTIONS, ROOT, STATE_MACHINE, UPLOAD_PATTERN

if TYPE_CHECKING:
    from darkroom.local.deploy import Deployment
    from darkroom.local.embedded_aws import EmbeddedAws


@dataclass(frozen=True)
class LiveCode:
    """Deployments of one code, which is unpacked in `code`, a folder of ours alone."""

    aws: EmbeddedAws
    deployments: Sequence[Deployment]
    code: Path
    _changes: Iterator[int] = field(default_factory=itertools.count)

    @contextmanager
    def changed(self, files: Mapping[str, str]) -> Iterator[None]:
        """Run with other texts of some of the repository's files, and with its own again afterwards."""
        with ExitStack() as stack:
            for file, text in files.items():
                self._put(file, text)
                stack.callback(self._put, file, (ROOT / file).read_text())
            yield

    def _put(self, file: str, text: str) -> None:
        path = Path(file)
        if path.parts[0] == "darkroom":
            exec(compile(text, file, "exec"), vars(importlib.import_module(".".join(path.with_suffix("").parts))))  # noqa: S102
        elif path.name == "function.json":
            self._set(path.parts[1], json.loads(text)["environment"])
        elif path.suffix == ".py":
            self._exchange(path, text)
        else:
            self._define(ROOT / path, text)

    def _exchange(self, path: Path, text: str) -> None:
        unpacked = list(self.code.glob(f"*/{path}"))
        if not unpacked:
            raise FileNotFoundError(f"{path} is not deployed yet.")
        for copy in unpacked:
            copy.write_text(text)
            # The zip's bytecode is not compared with its source.
            Path(cache_from_source(copy)).unlink(missing_ok=True)
        # Their processes hold the module as it was; another variable makes them begin anew.
        functions = FUNCTIONS if path.parts[1] == "shared" else (path.parts[1],)
        change = str(next(self._changes))
        for function in functions:
            self._set(function, {"DARKROOM_CHANGE": change})

    def _set(self, function: str, variables: Mapping[str, str]) -> None:
        client = self.aws.client("lambda")
        for deployment in self.deployments:
            arn = deployment.functions[function]
            before = client.get_function_configuration(FunctionName=arn)["Environment"]["Variables"]
            plain = {name: value for name, value in variables.items() if "${" not in value}
            client.update_function_configuration(FunctionName=arn, Environment={"Variables": before | plain})

    def _define(self, file: Path, text: str) -> None:
        for deployment in self.deployments:
            arns = {f"{function}_function_arn": arn for function, arn in deployment.functions.items()}
            machines = {STATE_MACHINE: deployment.state_machine_arn, BACKSTOP: deployment.backstop_arn}
            if file == UPLOAD_PATTERN:
                pattern = render(text, {"bucket_name": deployment.bucket}, source=file.name)
                self._put_rule(deployment.rule_name, pattern)
            elif file == BACKSTOP_PATTERN:
                pattern = render(text, {"state_machine_arn": deployment.state_machine_arn}, source=file.name)
                self._put_rule(deployment.backstop_rule_name, pattern)
            else:
                self.aws.client("stepfunctions").update_state_machine(
                    stateMachineArn=machines[file], definition=render(text, arns, source=file.name)
                )

    def _put_rule(self, name: str, pattern: str) -> None:
        rule: dict[str, Any] = self.aws.client("events").describe_rule(Name=name)
        self.aws.client("events").put_rule(Name=name, EventPattern=pattern, State=rule["State"])
