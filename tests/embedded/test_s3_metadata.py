"""User metadata comes back as S3 returns it."""

import pytest
import requests

from functions.shared.user_metadata import written
from tests.embedded.bare_aws import BareAws
from tests.waiting import ANSWER_LIMIT_SECONDS

LONG = "Zoë de Vries-von Ähren und Söhne, 写真館 " * 8


def returned(bare: BareAws, text: str) -> str:
    """Put an object as other SDKs than boto3 do, with the bytes of UTF-8; return what its head says."""
    s3, where = bare.aws.client("s3"), {"Bucket": "metadata", "Key": "a.jpg"}
    s3.create_bucket(Bucket="metadata")
    url = s3.generate_presigned_url("put_object", Params=where)
    requests.put(
        url, data=b"a photo", headers={"x-amz-meta-user-id": text.encode()}, timeout=ANSWER_LIMIT_SECONDS
    ).raise_for_status()
    assert s3.get_object(**where)["Metadata"] == s3.head_object(**where)["Metadata"]
    return str(s3.head_object(**where)["Metadata"]["user-id"])


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        # The first is AWS's own example, the second is what a user of S3 saw: https://github.com/minio/minio/pull/21282
        ("ÄMÄZÕÑ S3", "=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?="),
        ("Miniö", "=?UTF-8?Q?Mini=C3=83=C2=B6?="),
        ("ada =?_lovelace", "ada =?_lovelace"),
        ("=?UTF-8?Q?Zo=C3=AB?=", "=?UTF-8?Q?Zo=C3=AB?="),
    ],
)
def test_metadata_beyond_ascii_comes_back_as_encoded_words(bare: BareAws, text: str, answer: str) -> None:
    assert returned(bare, text) == answer


def test_a_long_value_comes_back_as_several_words_that_darkroom_reads(bare: BareAws) -> None:
    value = returned(bare, LONG.strip())
    assert value.isascii()
    assert len(value.split()) > 5
    assert max(map(len, value.split())) <= 75
    assert written(value) == LONG.strip()
