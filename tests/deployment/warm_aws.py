"""The real aws command, kept warm: imported once, with its models, and forked for each call.

Its start costs a second each time, and reading a service's model a quarter of one.

`python warm_aws.py serve SOCKET` serves; `python warm_aws.py call SOCKET ARGUMENT...` is what stands for `aws` on PATH.
The forked process gets the caller's arguments, environment, folder, input and outputs, and runs the command's own main.
"""

import array
import json
import os
import signal
import socket
import sys
import traceback
from typing import Any

# What the scripts call; any other service's model is read when it is called.
SERVICES = ("cloudwatch", "dynamodb", "events", "iam", "kms", "lambda", "logs", "s3", "sns", "sqs", "stepfunctions")


def call(path: str, arguments: list[str]) -> int:
    """Have the server run the command; returns its exit status."""
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(path)
        wish = json.dumps({"arguments": arguments, "environment": dict(os.environ), "folder": os.getcwd()})  # noqa: PTH109
        descriptors = array.array("i", [0, 1, 2])
        server.sendmsg([b"!"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
        server.sendall(wish.encode())
        server.shutdown(socket.SHUT_WR)
        return int(server.recv(16))


def serve(path: str) -> None:
    """Run a forked process for each call, for ever."""
    from awscli.clidriver import create_clidriver  # noqa: PLC0415 - a caller must start without it

    driver = create_clidriver()
    _read_models(driver)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as gateway:
        gateway.bind(path)
        gateway.listen(16)
        while True:
            caller, _ = gateway.accept()
            if os.fork() == 0:
                _run(driver, caller)
            caller.close()


def _read_models(driver: Any) -> None:
    for service in SERVICES:
        # Only its making reads the models in the very way in which a call asks for them.
        driver.session.create_client(
            service, region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none"
        )
    driver._get_command_table()


def _run(driver: Any, caller: socket.socket) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    status = 255
    try:
        _, descriptors, _, _ = socket.recv_fds(caller, 1, 3)
        wish = json.loads(b"".join(iter(lambda: caller.recv(65536), b"")))
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
        os.chdir(wish["folder"])
        # Where awscli finds its own data it notes in the environment when it is imported.
        own = {"AWS_DATA_PATH": os.environ["AWS_DATA_PATH"]}
        os.environ.clear()
        os.environ.update(wish["environment"] | own)
        status = _aws(driver, wish["arguments"])
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001 - whatever happens, the caller must hear of an end
        traceback.print_exc()
    caller.sendall(str(status).encode())
    os._exit(0)


def _aws(driver: Any, arguments: list[str]) -> int:
    try:
        return int(driver.main(arguments) or 0)
    except SystemExit as end:
        return int(end.code or 0)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    sys.exit(call(sys.argv[2], sys.argv[3:]))
