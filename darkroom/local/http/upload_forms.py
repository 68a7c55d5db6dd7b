"""Uploads by form (POST Object): checked against their policy, and then put, as S3 does it.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
"""

import io
import re
import urllib.parse
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from darkroom.local.http.multipart_forms import Form, read_form
from darkroom.local.http.post_policies import PostRefusedError, read_policy

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BUCKET_PATH = re.compile(r"/([^/]+)/?")
# Set for the request that stores what a form brought, so that S3's event can say so.
BY_FORM = "darkroom.by_form"
HEADERS = ("content-type", "cache-control", "content-disposition", "content-encoding", "content-language", "expires")
AMAZON_HEADERS = "x-amz-"
FORM_ALONE = frozenset({"x-amz-credential", "x-amz-algorithm", "x-amz-date", "x-amz-signature", "x-amz-security-token"})


def taking_forms(app: "WSGIApplication") -> "WSGIApplication":
    """Return the application with each upload by form checked and turned into a PutObject."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        bucket = _bucket(environ)
        if not bucket:
            return app(environ, start_response)
        try:
            form = _checked(environ, bucket)
        except PostRefusedError as error:
            return _refusal(error, start_response)
        return app(_put(environ, bucket, form), _translated(form, bucket, start_response))

    return answer


def _bucket(environ: "WSGIEnvironment") -> str:
    """Return the bucket that a form is sent to; empty for any other request."""
    is_form = environ.get("CONTENT_TYPE", "").startswith("multipart/form-data")
    path = BUCKET_PATH.fullmatch(environ.get("PATH_INFO", ""))
    return path[1] if path and is_form and environ["REQUEST_METHOD"] == "POST" else ""


def _checked(environ: "WSGIEnvironment", bucket: str) -> Form:
    try:
        form = read_form(environ)
    except ValueError as error:
        raise PostRefusedError(400, "MalformedPOSTRequest", f"The form is not well-formed: {error}") from error
    if form.body is None or not form.fields.get("key"):
        what = "file upload" if form.body is None else "key"
        raise PostRefusedError(400, "InvalidArgument", f"POST requires exactly one {what} per request.")
    if "policy" not in form.fields or not form.fields.keys() & {"x-amz-signature", "signature"}:
        raise PostRefusedError(403, "AccessDenied", "Access Denied")
    form.fields["key"] = form.fields["key"].replace("${filename}", form.file_name)
    read_policy(form.fields["policy"]).check({**form.fields, "bucket": bucket}, len(form.body), datetime.now(UTC))
    return form


def _put(environ: "WSGIEnvironment", bucket: str, form: Form) -> "WSGIEnvironment":
    """Return the request that stores the file, in the name of who signed the policy."""
    body = form.body or b""
    # WSGI has the bytes of a header, and of a path, as characters of Latin-1.
    wire = {name: value.encode().decode("latin-1") for name, value in form.fields.items()}
    kept = {name: value for name, value in wire.items() if name in HEADERS or _is_amazon(name)}
    credential = (
        form.fields.get("x-amz-credential") or f"{form.fields.get('awsaccesskeyid', '')}/20000101/-/s3/aws4_request"
    )
    content_type = kept.pop("content-type", "binary/octet-stream")
    return {
        **{name: value for name, value in environ.items() if name != "HTTP_TRANSFER_ENCODING"},
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in kept.items()},
        "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 Credential={credential}",
        "REQUEST_METHOD": "PUT",
        "PATH_INFO": f"/{bucket}/{wire['key']}",
        "RAW_URI": (url := f"/{bucket}/{urllib.parse.quote(form.fields['key'])}"),
        "REQUEST_URI": url,
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        BY_FORM: True,
    }


def _is_amazon(name: str) -> bool:
    return name.startswith(AMAZON_HEADERS) and name not in FORM_ALONE


def _translated(form: Form, bucket: str, start_response: "StartResponse") -> "StartResponse":
    """Answer as to a form: 204, or what success_action_status and success_action_redirect ask for."""

    def start(status: str, headers: list[tuple[str, str]], error: Any = None, /) -> Callable[[bytes], object]:
        if status.startswith("200"):
            location = f"/{bucket}/{urllib.parse.quote(form.fields['key'])}"
            status, location = _success(form, bucket, location, dict(headers).get("ETag", ""))
            headers = [*((n, v) for n, v in headers if n.lower() != "content-length"), ("Location", location)]
        return start_response(status, headers, error)

    return start


def _success(form: Form, bucket: str, location: str, etag: str) -> tuple[str, str]:
    redirect = form.fields.get("success_action_redirect", "")
    if redirect:
        query = urllib.parse.urlencode({"bucket": bucket, "key": form.fields["key"], "etag": etag})
        return "303 See Other", f"{redirect}{'&' if '?' in redirect else '?'}{query}"
    wanted = form.fields.get("success_action_status", "204")
    return {"200": "200 OK", "201": "201 Created"}.get(wanted, "204 No Content"), location


def _refusal(error: PostRefusedError, start_response: "StartResponse") -> Iterable[bytes]:
    text = f"<Error><Code>{error.code}</Code><Message>{escape(str(error))}</Message></Error>"
    body = b'<?xml version="1.0" encoding="UTF-8"?>\n' + text.encode()
    start_response(
        f"{error.status} {error.code}", [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))]
    )
    return [body]
