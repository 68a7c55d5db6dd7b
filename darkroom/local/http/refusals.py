"""Error answers in the shape of each AWS protocol, so that every SDK raises the error that AWS would cause."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MESSAGE = "The embedded AWS refuses this call, as the test or the demo asked"


@dataclass(frozen=True)
class Refusal:
    """A WSGI answer that holds an AWS error in the place of the service's answer."""

    error_code: str
    status: int

    def __call__(
        self, _service: "WSGIApplication", environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request, without asking the service."""
        headers, body = self._answer(environ)
        if environ["REQUEST_METHOD"] == "HEAD":
            body = b""
        request_id = str(uuid.uuid4())
        headers |= {"x-amzn-RequestId": request_id, "x-amz-request-id": request_id, "Content-Length": str(len(body))}
        start_response(f"{self.status} {HTTPStatus(self.status).phrase}", list(headers.items()))
        return [body]

    def _answer(self, environ: "WSGIEnvironment") -> tuple[dict[str, str], bytes]:
        """Return headers and body in the protocol that the request is written in."""
        code, text = escape(self.error_code), escape(MESSAGE)
        if environ.get("HTTP_X_AMZ_TARGET"):
            return self._json({"__type": self.error_code, "message": MESSAGE})
        if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
            error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{text}</Message></Error>"
            return _xml(f"<ErrorResponse>{error}<RequestId>local</RequestId></ErrorResponse>")
        if "/lambda/" in environ.get("HTTP_AUTHORIZATION", ""):
            return self._json({"Type": "User", "message": MESSAGE})
        return _xml(f"<Error><Code>{code}</Code><Message>{text}</Message></Error>")

    def _json(self, document: dict[str, str]) -> tuple[dict[str, str], bytes]:
        headers = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-ErrorType": self.error_code}
        return headers, json.dumps(document).encode()


def _xml(document: str) -> tuple[dict[str, str], bytes]:
    return {"Content-Type": "application/xml"}, b'<?xml version="1.0" encoding="UTF-8"?>\n' + document.encode()
