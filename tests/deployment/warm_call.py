"""What stands for `aws` on PATH: has the server of warm_aws.py run the command, and ends with its status.

`python -S -E warm_call.py SOCKET ARGUMENT...`. The scripts call it some hundred times each, so it imports only what is
built in: half of the time that a call took went by in imports of json, socket and os.
"""

import _socket
import posix
import sys

SCM_RIGHTS = 1


def call(path: str, arguments: list[str]) -> int:
    """Hand over arguments, environment, folder, input and outputs; return the exit status."""
    server = _socket.socket(_socket.AF_UNIX)
    server.connect(path)
    # Each is an int of C.
    descriptors = b"".join(number.to_bytes(4, sys.byteorder) for number in range(3))
    server.sendmsg([b"!"], [(_socket.SOL_SOCKET, SCM_RIGHTS, descriptors)])
    environment = [name + b"=" + value for name, value in posix.environ.items()]
    parts = (posix.getcwd(), str(len(arguments)), *arguments)
    server.sendall(b"\0".join([*(part.encode() for part in parts), *environment]))
    server.shutdown(_socket.SHUT_WR)
    return int(server.recv(16))


if __name__ == "__main__":
    sys.exit(call(sys.argv[1], sys.argv[2:]))
