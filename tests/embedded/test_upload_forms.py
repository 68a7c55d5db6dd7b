"""Uploads by form, as browsers make them: the policy decides, and what passes it is an upload like any other."""

from collections.abc import Mapping
from typing import Any

import pytest
import urllib3

from functions.shared.user_metadata import written_metadata
from tests.embedded.bare_aws import BareAws
from tests.embedded.test_buckets import policy
from tests.embedded.test_events import bodies, of_bucket, watched

KEY = "people/ada/ü+%20 (1).jpg"
BODY = b"\xff\xd8 not a photo"


def signed(
    bare: BareAws,
    bucket: str,
    *conditions: Any,
    key: str = KEY,
    expires_seconds: int = 600,
    fields: Mapping[str, str] | None = None,
) -> tuple[str, dict[str, str]]:
    """Return a form's address and fields, as a server signs them with boto3."""
    fixed = dict(fields or {})
    post = bare.aws.client("s3").generate_presigned_post(
        bucket,
        key,
        Fields=fixed,
        Conditions=[*({name: value} for name, value in fixed.items()), *conditions],
        ExpiresIn=expires_seconds,
    )
    return post["url"], post["fields"]


def sent(url: str, fields: dict[str, str], body: bytes = BODY, *, file_first: bool = False) -> urllib3.BaseHTTPResponse:
    """Send a form as a browser does, with the file last unless asked otherwise."""
    parts: list[Any] = [*fields.items()]
    parts.insert(0 if file_first else len(parts), ("file", ("beach.jpg", body, "image/jpeg")))
    return urllib3.request("POST", url, fields=parts, redirect=False, retries=False)


def keys(bare: BareAws, bucket: str) -> list[str]:
    return [item["Key"] for item in bare.aws.client("s3").list_objects_v2(Bucket=bucket).get("Contents", [])]


def test_a_form_that_fits_its_policy_is_stored_with_its_metadata(bare: BareAws) -> None:
    bucket = bare.bucket(versioned=True)
    url, fields = signed(bare, bucket, fields={"Content-Type": "image/jpeg", "x-amz-meta-user-id": "zoë"})
    answer = sent(url, fields)
    stored = bare.aws.client("s3").get_object(Bucket=bucket, Key=KEY)
    assert (answer.status, answer.data, answer.headers["ETag"]) == (204, b"", stored["ETag"])
    assert (stored["Body"].read(), stored["ContentType"]) == (BODY, "image/jpeg")
    assert written_metadata(stored["Metadata"]) == {"user-id": "zoë"}
    assert answer.headers["x-amz-version-id"] == stored["VersionId"]


def test_its_event_says_that_a_form_brought_it(bare: BareAws) -> None:
    bucket = bare.bucket()
    queue = watched(bare, of_bucket(bucket))
    sent(*signed(bare, bucket))
    [event] = bodies(bare, queue)
    assert event["detail"]["reason"] == "POST Object"
    assert event["detail"]["object"]["key"] == KEY


def test_the_call_is_a_put_by_whoever_signed(bare: BareAws) -> None:
    bucket = bare.bucket()
    sent(*signed(bare, bucket))
    call = next(call for call in reversed(bare.aws.calls) if call.operation == "PutObject")
    assert call.service == "s3"
    assert call.caller == bare.aws.client("s3")._request_signer._credentials.access_key


def test_the_name_of_the_file_stands_in_for_its_placeholder(bare: BareAws) -> None:
    bucket = bare.bucket()
    url, fields = signed(bare, bucket, key="people/ada/${filename}")
    assert sent(url, fields).status == 204
    assert keys(bare, bucket) == ["people/ada/beach.jpg"]


@pytest.mark.parametrize(("wanted", "status"), [("200", 200), ("201", 201), ("204", 204), ("500", 204)])
def test_the_status_is_the_one_that_was_asked_for(bare: BareAws, wanted: str, status: int) -> None:
    assert sent(*signed(bare, bare.bucket(), fields={"success_action_status": wanted})).status == status


def test_a_browser_is_sent_on_to_where_the_form_says(bare: BareAws) -> None:
    bucket = bare.bucket()
    answer = sent(*signed(bare, bucket, fields={"success_action_redirect": "https://example.com/thanks"}))
    assert answer.status == 303
    assert answer.headers["Location"].startswith(f"https://example.com/thanks?bucket={bucket}&key=people%2Fada%2F")


@pytest.mark.parametrize(
    ("conditions", "change", "expected"),
    [
        ([], {"key": "people/eve/beach.jpg"}, (403, "AccessDenied", "Policy Condition failed: ")),
        ([], {"x-amz-meta-user-id": "eve"}, (403, "AccessDenied", "Extra input fields: x-amz-meta-user-id")),
        ([["content-length-range", 0, 3]], {}, (400, "EntityTooLarge", "exceeds the maximum allowed size")),
        ([["content-length-range", 99, 200]], {}, (400, "EntityTooSmall", "smaller than the minimum allowed size")),
        ([["starts-with", "$Content-Type", "image/"]], {"Content-Type": "text/html"}, (403, "AccessDenied", "starts-")),
        ([["content-length-range", "a", 9]], {}, (400, "InvalidPolicyDocument", "Invalid Policy")),
        ([["ends-with", "$key", ".jpg"]], {}, (400, "InvalidPolicyDocument", "Invalid Condition")),
        ([], {"policy": "e30="}, (400, "InvalidPolicyDocument", "Invalid Policy")),
        ([], {"policy": "no base64"}, (400, "InvalidPolicyDocument", "Invalid Policy")),
        ([], {"key": ""}, (400, "InvalidArgument", "exactly one key")),
    ],
)  # fmt: skip
def test_what_its_policy_does_not_allow_is_refused_and_not_stored(
    bare: BareAws, conditions: list[Any], change: dict[str, str], expected: tuple[int, str, str]
) -> None:
    bucket = bare.bucket()
    url, fields = signed(bare, bucket, *conditions)
    answer = sent(url, {**fields, **change})
    status, code, words = expected
    assert (answer.status, f"<Code>{code}</Code>" in answer.data.decode()) == (status, True)
    assert words in answer.data.decode()
    assert keys(bare, bucket) == []


def test_a_policy_that_has_expired_a_policy_of_another_bucket_and_none_at_all_are_refused(bare: BareAws) -> None:
    bucket, other = bare.bucket(), bare.bucket()
    expired = sent(*signed(bare, bucket, expires_seconds=-1))
    url, fields = signed(bare, bucket)
    foreign = sent(url.replace(bucket, other), fields)
    unsigned = sent(url, {"key": KEY})
    assert [answer.status for answer in (expired, foreign, unsigned)] == [403, 403, 403]
    assert b"Policy expired." in expired.data
    assert keys(bare, bucket) == keys(bare, other) == []


def test_fields_after_the_file_are_not_read(bare: BareAws) -> None:
    bucket = bare.bucket()
    answer = sent(*signed(bare, bucket), file_first=True)
    assert (answer.status, keys(bare, bucket)) == (400, [])


def test_a_body_that_is_no_form_is_refused(bare: BareAws) -> None:
    bucket = bare.bucket()
    url, _ = signed(bare, bucket)
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    for body in (b"", b"no form", b"--x\r\nno header\r\n\r\n--x--"):
        answer = urllib3.request("POST", url, body=body, headers=headers, retries=False)
        assert (answer.status, keys(bare, bucket)) == (400, [])


def test_the_bucket_policy_holds_for_forms_too(bare: BareAws) -> None:
    bucket = bare.bucket()
    refusing = policy(bucket, Action="s3:PutObject", Resource=f"arn:aws:s3:::{bucket}/enhanced/*")
    bare.aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=refusing)
    answer = sent(*signed(bare, bucket, key="enhanced/beach.jpg"))
    assert (answer.status, keys(bare, bucket)) == (403, [])
