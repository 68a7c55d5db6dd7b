"""The HTTP server of the embedded AWS: moto's app behind a gateway that records every call and lets faults answer."""

import io
import logging
import threading
import urllib.parse
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import ThreadedWSGIServer

from darkroom.local.callers import caller_of
from darkroom.local.deferred import request_scope
from darkroom.local.http.cross_origin import by_bucket_rules
from darkroom.local.http.faults import Call, Faults
from darkroom.local.http.metadata_words import encoding_metadata
from darkroom.local.http.operations import Request, operation, signer
from darkroom.local.http.upload_forms import taking_forms

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FORM = "application/x-www-form-urlencoded"
# Where moto checks a condition and writes later, with nothing to keep others out in between.
ONE_AT_A_TIME = ("dynamodb", "s3")
_log = logging.getLogger(__name__)


class Gateway:
    """WSGI middleware: names each call, notes it, and lets a fault or moto answer it."""

    def __init__(self, app: "WSGIApplication", faults: Faults) -> None:
        self._app = app
        self._faults = faults
        self.calls: list[Call] = []
        self._locks = {service: threading.Lock() for service in ONE_AT_A_TIME}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        call = named(environ)
        fault = self._faults.claim(call, lambda: _body(environ))
        self.calls.append(replace(call, refused=fault.error_code) if fault else call)
        service = self._atomic(call.service)
        with request_scope():
            if fault:
                return fault.effect(service, environ, start_response)
            return service(environ, start_response)

    def _atomic(self, service: str) -> "WSGIApplication":
        """Return moto's app, which takes one request at a time where that makes conditional writes hold."""
        lock = self._locks.get(service)
        if lock is None:
            return self._app

        def one_at_a_time(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            with lock:
                return self._app(environ, start_response)

        return one_at_a_time


def named(environ: "WSGIEnvironment") -> Call:
    """Return who calls which operation."""
    query = urllib.parse.parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    headers = {key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key.startswith("HTTP_")}
    request = Request(environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/"), dict(query), headers, _form(environ))
    access_key, service = signer(request)
    return Call(caller_of(access_key), service, operation(service, request), request.path)


def _form(environ: "WSGIEnvironment") -> dict[str, str]:
    """Read the form that query protocols send."""
    if not environ.get("CONTENT_TYPE", "").startswith(FORM):
        return {}
    return dict(urllib.parse.parse_qsl(_body(environ).decode()))


def _body(environ: "WSGIEnvironment") -> bytes:
    """Return the request's body, and leave it there for moto."""
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


class _QuietHandler(MotoRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Print nothing: `calls` is the request log."""


class _QuietServer(ThreadedWSGIServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log at debug level what broke off beneath a request, as when a function is ended."""
        _log.debug("%r from %s broke off", request, client_address, exc_info=True)


class Server:
    """Serves the gateway on 127.0.0.1, one thread per request."""

    def __init__(self, port: int, faults: Faults) -> None:
        self.gateway = Gateway(encoding_metadata(DomainDispatcherApplication(create_backend_app)), faults)
        app = by_bucket_rules(taking_forms(self.gateway))
        self._server = _QuietServer("127.0.0.1", port, app, _QuietHandler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port in use, also when any was asked for."""
        return self._server.server_port

    def close(self) -> None:
        """Stop serving and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
