"""X-Ray's daemon as the functions know it: a UDP port that takes the pieces of traces."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Traces:
    """Keeps every piece of a trace (segment or subsegment) that functions send."""

    def __init__(self) -> None:
        self.pieces: list[dict[str, Any]] = []
        self.address = ""

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take what is sent to `address`."""
        pieces = self.pieces

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                """Keep one datagram: a header, a line break, and the piece."""
                pieces.append(json.loads(self.request[0].split(b"\n", 1)[1]))

        with socketserver.UDPServer(("127.0.0.1", 0), Handler) as server:
            host, port = server.server_address[:2]
            self.address = f"{host!s}:{port}"
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
            thread.start()
            yield
            server.shutdown()
            thread.join()
