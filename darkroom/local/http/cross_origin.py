"""What a browser may do with S3 from another site: by the bucket's own rules. moto's server allows everything.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
"""

import re
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import CorsRule, s3_backends

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BUCKET = re.compile("/([^/]+)")
ANSWER = "access-control-"
PREFLIGHT_REFUSED = (
    b"<Error><Code>AccessForbidden</Code><Message>CORSResponse: This CORS request is not allowed.</Message></Error>"
)


def by_bucket_rules(app: "WSGIApplication") -> "WSGIApplication":
    """Return the application with S3's answers to browsers decided by the bucket's CORS configuration."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        rules = _rules(environ)
        if rules is None:
            return app(environ, start_response)
        allowed = _allowed(rules, environ)
        if environ["REQUEST_METHOD"] == "OPTIONS":
            status = "200 OK" if allowed else "403 Forbidden"
            start_response(status, [("Content-Type", "application/xml"), *allowed])
            return [b"" if allowed else PREFLIGHT_REFUSED]
        return app(environ, _with(allowed, start_response))

    return answer


def _rules(environ: "WSGIEnvironment") -> list[CorsRule] | None:
    """Return the rules of the bucket that is asked; None where the request is about no bucket."""
    bucket = BUCKET.match(environ.get("PATH_INFO", ""))
    found = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets.get(bucket[1]) if bucket else None
    return None if found is None else list(found.cors)


def _allowed(rules: list[CorsRule], environ: "WSGIEnvironment") -> list[tuple[str, str]]:
    """Return the headers by the first rule that fits; none where no rule does."""
    origin = environ.get("HTTP_ORIGIN", "")
    method = environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD", environ["REQUEST_METHOD"])
    asked = [name.strip() for name in environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "").split(",") if name.strip()]
    for rule in rules:
        if _fits(origin, rule.allowed_origins) and method in rule.allowed_methods and _all_fit(asked, rule):
            return _headers(rule, origin, asked)
    return []


def _fits(text: str, patterns: list[str] | None) -> bool:
    return bool(text) and any(fnmatchcase(text, pattern.replace("[", "[[]")) for pattern in patterns or [])


def _all_fit(asked: list[str], rule: CorsRule) -> bool:
    patterns = [pattern.lower() for pattern in rule.allowed_headers or []]
    return all(_fits(name.lower(), patterns) for name in asked)


def _headers(rule: CorsRule, origin: str, asked: list[str]) -> list[tuple[str, str]]:
    anybody = "*" in rule.allowed_origins
    headers = {
        "Access-Control-Allow-Origin": "*" if anybody else origin,
        "Access-Control-Allow-Methods": ", ".join(rule.allowed_methods),
        "Access-Control-Allow-Headers": ", ".join(asked),
        "Access-Control-Expose-Headers": ", ".join(rule.exposed_headers or []),
        "Access-Control-Max-Age": str(rule.max_age_seconds or ""),
        "Access-Control-Allow-Credentials": "" if anybody else "true",
        "Vary": "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
    }
    return [(name, value) for name, value in headers.items() if value]


def _with(allowed: list[tuple[str, str]], start_response: "StartResponse") -> "StartResponse":
    def start(status: str, headers: list[tuple[str, str]], error: Any = None, /) -> Callable[[bytes], object]:
        own = [(name, value) for name, value in headers if not name.lower().startswith(ANSWER)]
        return start_response(status, [*own, *allowed], error)

    return start
