"""Any key that S3 takes is served, exactly."""

import pytest

from tests.embedded.bare_aws import BareAws


@pytest.mark.parametrize("key", ["line\nbreak.jpg", "../up.jpg", "/leading.jpg", "a//b.jpg", "x" * 1024])
def test_a_key_comes_back_as_it_went_in(bare: BareAws, key: str) -> None:
    s3 = bare.aws.client("s3")
    bucket = "keys-of-all-kinds"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key=key, Body=b"a photo")
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"a photo"
    assert key in [found["Key"] for found in s3.list_objects_v2(Bucket=bucket)["Contents"]]
