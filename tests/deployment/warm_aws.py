"""The real aws command, kept warm: imported once, with its models, and forked for each call.

Its start costs a second each time, and reading a service's model a quarter of one.

`python warm_aws.py SOCKET` serves; warm_call.py, which stands for `aws` on PATH, asks. The forked process gets the
caller's arguments, environment, folder, input and outputs, and runs the command's own main.
"""

import gc
import os
import signal
import socket
import sys
import traceback
from typing import Any

from awscli.clidriver import create_clidriver

# What the scripts call; any other service's model is read when it is called.
SERVICES = ("cloudwatch", "dynamodb", "events", "iam", "kms", "lambda", "logs", "s3", "sns", "sqs", "stepfunctions")


def serve(path: str) -> None:
    """Run a forked process for each call, for ever."""
    driver = create_clidriver()
    _read_models(driver)
    # Else every forked process would look through all that for garbage, and so copy it.
    gc.freeze()
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
    loader = driver.session.get_component("data_loader")
    for kind in ("waiters-2", "paginators-1"):
        # Asked for each command, and found by a look into the folders of all services.
        loader.list_available_services(kind)
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
        folder, count, *rest = b"".join(iter(lambda: caller.recv(65536), b"")).decode().split("\0")
        arguments, environment = rest[: int(count)], rest[int(count) :]
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
        os.chdir(folder)
        # Where awscli finds its own data it notes in the environment when it is imported.
        own = {"AWS_DATA_PATH": os.environ["AWS_DATA_PATH"]}
        os.environ.clear()
        os.environ.update(dict(line.split("=", 1) for line in environment) | own)
        status = _aws(driver, arguments)
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
    serve(sys.argv[1])
