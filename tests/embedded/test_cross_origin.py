"""What a browser may do with a bucket from another site: what the bucket's CORS configuration says, and no more."""

from typing import Any

import pytest
import urllib3

from tests.embedded.bare_aws import BareAws

SITE = "https://photos.example.com"
RULE = {
    "AllowedMethods": ["GET", "POST"],
    "AllowedOrigins": [SITE, "https://*.example.org"],
    "AllowedHeaders": ["content-type", "x-amz-*"],
    "ExposeHeaders": ["ETag"],
    "MaxAgeSeconds": 600,
}


def asked(
    bare: BareAws, rules: list[dict[str, Any]], method: str, origin: str, **preflight: str
) -> tuple[int, dict[str, str]]:
    """Return the status and the CORS headers of an answer."""
    bucket, s3 = bare.bucket(), bare.aws.client("s3")
    if rules:
        s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules})
    s3.put_object(Bucket=bucket, Key="a.jpg", Body=b"a")
    url = s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "a.jpg"})
    headers = {"Origin": origin, **{f"Access-Control-Request-{name}": value for name, value in preflight.items()}}
    answer = urllib3.request(method, url, headers=headers, retries=False)
    found = {name.lower().removeprefix("access-control-"): value for name, value in answer.headers.items()}
    return answer.status, {name: found[name] for name in found if name.startswith(("allow", "expose", "max-age"))}


def test_a_site_that_is_named_may_read_and_sees_the_headers_that_are_exposed(bare: BareAws) -> None:
    status, headers = asked(bare, [RULE], "GET", SITE)
    assert (status, headers["allow-origin"], headers["expose-headers"]) == (200, SITE, "ETag")


@pytest.mark.parametrize("rules", [[], [RULE]])
def test_another_site_gets_no_header_that_lets_its_page_read_the_answer(
    bare: BareAws, rules: list[dict[str, Any]]
) -> None:
    assert asked(bare, rules, "GET", "https://evil.example.net") == (200, {})


@pytest.mark.parametrize("origin", [SITE, "https://a.example.org"])
def test_a_preflight_names_what_is_allowed(bare: BareAws, origin: str) -> None:
    status, headers = asked(bare, [RULE], "OPTIONS", origin, Method="POST", Headers="Content-Type, X-Amz-Date")
    assert status == 200
    assert headers == {
        "allow-origin": origin,
        "allow-methods": "GET, POST",
        "allow-headers": "Content-Type, X-Amz-Date",
        "allow-credentials": "true",
        "expose-headers": "ETag",
        "max-age": "600",
    }


@pytest.mark.parametrize(
    ("origin", "method", "headers"),
    [
        (SITE, "PUT", ""),
        (SITE, "POST", "authorization"),
        (f"{SITE}.evil.net", "POST", ""),
        (SITE.replace("https", "http"), "POST", ""),
        ("https://example.org", "POST", ""),
    ],
)
def test_a_preflight_that_no_rule_fits_is_refused(bare: BareAws, origin: str, method: str, headers: str) -> None:
    assert asked(bare, [RULE], "OPTIONS", origin, Method=method, Headers=headers) == (403, {})


def test_the_first_rule_that_fits_decides(bare: BareAws) -> None:
    anybody = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}
    assert asked(bare, [RULE, anybody], "GET", "https://evil.example.net")[1]["allow-origin"] == "*"
    assert asked(bare, [RULE, anybody], "GET", SITE)[1]["allow-origin"] == SITE


def test_programs_that_are_no_browsers_see_no_difference(bare: BareAws) -> None:
    bucket = bare.bucket()
    answer = bare.aws.client("s3").list_objects_v2(Bucket=bucket)
    assert "access-control-allow-origin" not in answer["ResponseMetadata"]["HTTPHeaders"]
