"""Links are signed anew when there are other credentials, and otherwise the same for half an hour."""

from typing import Any

import boto3
import pytest
from botocore.config import Config

from functions.operate.signed_links import KEPT_SECONDS, SIGNER_SECONDS, SignedLinks
from functions.operate.stored_pictures import StoredPicture

PICTURE = StoredPicture("photos", "a.jpg", None, "1")


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Signing:
    """Clients of two sessions, before and after the credentials were replaced."""

    def __init__(self, signature_version: str) -> None:
        config = Config(signature_version=signature_version)
        self.one, self.other = (
            boto3.client("s3", "eu-central-1", aws_access_key_id=key, aws_secret_access_key="s", config=config)
            for key in ("ONE", "OTHER")
        )
        self.client: Any = self.one
        self.signed = 0

    def generate_presigned_url(self, *asked: Any, **named: Any) -> str:
        self.signed += 1
        return str(self.client.generate_presigned_url(*asked, **named))


@pytest.mark.parametrize("signature_version", ["s3v4", "s3"])
def test_a_link_of_former_credentials_is_not_given_out(signature_version: str) -> None:
    signing, clock = Signing(signature_version), Clock()
    made: Any = signing
    links = SignedLinks(made, clock)
    first = links.shown(PICTURE)
    assert "ONE" in first
    signing.client = signing.other
    clock.now += SIGNER_SECONDS
    second = links.shown(PICTURE)
    assert "OTHER" in second
    assert "ONE" not in second


def test_a_link_stays_the_same_for_browsers_to_know_the_picture_again() -> None:
    signing, clock = Signing("s3v4"), Clock()
    made: Any = signing
    links = SignedLinks(made, clock)
    first = links.shown(PICTURE)
    asked = signing.signed
    clock.now = KEPT_SECONDS - 1
    assert links.shown(PICTURE) == first
    # Who signs is asked again, and nothing else: links of the same second would be the same in any case.
    assert signing.signed == asked + 1
    asked = signing.signed
    for number in range(20):
        links.download(PICTURE, f"{number}.jpg")
    # Who signs is asked once for all of them.
    assert signing.signed == asked + 20
