"""Storing copies: an older photo never replaces a newer one's."""

import ssl
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from functions.enhance.store import MAX_TRIES, Copy, OccupiedKeyError, store
from functions.shared.errors import CopyConflictError, ServiceRefusedError, TransientServiceError
from functions.shared.records.sequencer import normalise_sequencer

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

OLDER, OURS, NEWER = "fe", "0FF", "100"


def put(s3: "S3Client", body: bytes, sequencer: str, *, key: str = "enhanced/a.jpg", upload: str = "a.jpg") -> str:
    return store(s3, Copy("plain", key, body, "image/jpeg", upload, sequencer))


def test_the_copy_of_another_upload_is_never_replaced_whatever_its_sequencer(s3: "S3Client") -> None:
    for other in (OLDER, NEWER):
        key = f"enhanced/{other}.jpg"
        put(s3, b"theirs", other, key=key, upload="a.heic")
        with pytest.raises(OccupiedKeyError):
            put(s3, b"ours", OURS, key=key, upload="a.heic.jpg")
        assert s3.get_object(Bucket="plain", Key=key)["Body"].read() == b"theirs"


def content(s3: "S3Client") -> bytes:
    return s3.get_object(Bucket="plain", Key="enhanced/a.jpg")["Body"].read()


def test_the_first_copy(s3: "S3Client") -> None:
    etag = put(s3, b"first", OURS)
    found = s3.head_object(Bucket="plain", Key="enhanced/a.jpg")
    assert found["ETag"] == f'"{etag}"'
    assert found["ContentType"] == "image/jpeg"
    assert found["Metadata"] == {"upload": "a.jpg", "sequencer": normalise_sequencer(OURS)}


def test_a_copy_has_the_headers_of_its_own_upload_and_none_of_the_one_before(s3: "S3Client") -> None:
    older = {"CacheControl": "no-store", "ContentLanguage": "de"}
    store(s3, Copy("plain", "enhanced/a.jpg", b"older", "image/jpeg", "a.jpg", OLDER, older))
    store(s3, Copy("plain", "enhanced/a.jpg", b"ours", "image/jpeg", "a.jpg", OURS, {"ContentDisposition": "inline"}))
    found = s3.head_object(Bucket="plain", Key="enhanced/a.jpg")
    assert found["ContentDisposition"] == "inline"
    assert not {"CacheControl", "ContentLanguage"} & found.keys()


@pytest.mark.parametrize("before", [OLDER, OURS, OURS.lower()])
def test_an_older_or_the_same_copy_is_replaced(s3: "S3Client", before: str) -> None:
    put(s3, b"before", before)
    put(s3, b"after", OURS)
    assert content(s3) == b"after"


@pytest.mark.parametrize("newer", [NEWER, "no sequencer at all"])
def test_a_newer_copy_stays_and_is_named_with_the_remedy(s3: "S3Client", newer: str) -> None:
    put(s3, b"newer", newer)
    with pytest.raises(CopyConflictError, match=r"'enhanced/a\.jpg' is marked .* move or delete that object"):
        put(s3, b"ours", OURS)
    assert content(s3) == b"newer"


def test_what_carries_no_sequencer_is_replaced(s3: "S3Client") -> None:
    s3.put_object(Bucket="plain", Key="enhanced/a.jpg", Body=b"by hand")
    put(s3, b"ours", OURS)
    assert content(s3) == b"ours"


def test_what_s3_encoded_of_a_copys_metadata_is_read_as_it_was_written(s3: "S3Client") -> None:
    metadata = {"upload": "=?UTF-8?Q?a.jpg?=", "sequencer": f"=?UTF-8?Q?{normalise_sequencer(NEWER)}?="}
    s3.put_object(Bucket="plain", Key="enhanced/a.jpg", Body=b"newer", Metadata=metadata)
    with pytest.raises(CopyConflictError):
        put(s3, b"ours", OURS)


def interfere(s3: "S3Client", *acts: Any) -> None:
    """Let another writer act just before each of our writes but the first."""
    pending = [lambda: None, *acts]

    def before_put(params: dict[str, Any], **_: Any) -> None:
        if ("IfMatch" in params or "IfNoneMatch" in params) and pending:
            pending.pop(0)()

    s3.meta.events.register("provide-client-params.s3.PutObject", before_put)


def other_writes(s3: "S3Client", body: bytes, sequencer: str) -> Any:
    metadata = {"sequencer": normalise_sequencer(sequencer)}
    return lambda: s3.put_object(Bucket="plain", Key="enhanced/a.jpg", Body=body, Metadata=metadata)


def test_a_newer_copy_that_slips_in_between_stays(s3: "S3Client") -> None:
    put(s3, b"older", OLDER)
    interfere(s3, other_writes(s3, b"newer", NEWER))
    with pytest.raises(CopyConflictError):
        put(s3, b"ours", OURS)
    assert content(s3) == b"newer"


def test_an_older_copy_that_slips_in_between_is_replaced(s3: "S3Client") -> None:
    put(s3, b"oldest", "1")
    interfere(s3, other_writes(s3, b"older", OLDER))
    put(s3, b"ours", OURS)
    assert content(s3) == b"ours"


def test_a_copy_that_is_deleted_in_between(s3: "S3Client") -> None:
    put(s3, b"older", OLDER)
    interfere(s3, lambda: s3.delete_object(Bucket="plain", Key="enhanced/a.jpg"))
    put(s3, b"ours", OURS)
    assert content(s3) == b"ours"


def test_a_newer_copy_that_takes_the_place_of_a_deleted_one_stays(s3: "S3Client") -> None:
    put(s3, b"older", OLDER)
    interfere(s3, lambda: s3.delete_object(Bucket="plain", Key="enhanced/a.jpg"), other_writes(s3, b"newer", NEWER))
    with pytest.raises(CopyConflictError):
        put(s3, b"ours", OURS)
    assert content(s3) == b"newer"


def test_others_that_keep_getting_in_between_are_transient(s3: "S3Client") -> None:
    put(s3, b"0", "1")
    interfere(s3, *(other_writes(s3, str(n).encode(), OLDER) for n in range(1, 50)))
    with pytest.raises(TransientServiceError, match="in between"):
        put(s3, b"ours", OURS)
    assert content(s3) == str(MAX_TRIES - 1).encode()


# An answer without a body has its status for a code.
@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("PreconditionFailed", 412),
        ("412", 412),
        ("ConditionalRequestConflict", 409),
        ("NoSuchKey", 404),
        ("404", 404),
    ],
)
def test_a_write_that_lost_a_race_is_tried_again(s3: "S3Client", code: str, status: int) -> None:
    with Stubber(s3) as stub:
        stub.add_client_error("put_object", code, http_status_code=status)
        stub.add_client_error("head_object", "404", http_status_code=404)
        stub.add_response("put_object", {"ETag": '"e"'})
        assert put(s3, b"ours", OURS) == "e"


@pytest.mark.parametrize("error", [ssl.SSLError(1, "BAD_LENGTH"), BrokenPipeError(32, "Broken pipe"), TimeoutError()])
def test_a_connection_that_breaks_while_a_copy_is_sent_is_transient(s3: "S3Client", error: Exception) -> None:
    def send(**_: Any) -> None:
        raise error

    s3.meta.events.register_first("before-send.s3.PutObject", send)
    with pytest.raises(TransientServiceError, match="s3:PutObject"):
        put(s3, b"ours", OURS)


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [("SlowDown", 503, TransientServiceError), ("AccessDenied", 403, ServiceRefusedError)],
)
def test_errors_are_translated(s3: "S3Client", code: str, status: int, expected: type[Exception]) -> None:
    with Stubber(s3) as stub:
        stub.add_client_error("put_object", code, http_status_code=status)
        with pytest.raises(expected, match="s3:PutObject"):
            put(s3, b"ours", OURS)
        stub.add_client_error("put_object", "PreconditionFailed", http_status_code=412)
        stub.add_client_error("head_object", code, http_status_code=status)
        with pytest.raises(expected, match="s3:GetObject"):
            put(s3, b"ours", OURS)
