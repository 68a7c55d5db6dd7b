"""Links to objects of the deployment's buckets, signed with the credentials of who asks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

from functions.operate.stored_pictures import StoredPicture

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

LINK_SECONDS = 3600
# So long the same link is given out, for browsers to know the picture again.
KEPT_SECONDS = 1800
MAX_KEPT = 5000
# Credentials that end, as those of a role do, are replaced some minutes before.
SIGNER_SECONDS = 10


@dataclass
class SignedLinks:
    """Signs links, each at most every half hour and once for each access key.

    A link ends with the credentials if they end sooner: so none is given out again once there are others.
    """

    client: S3Client
    clock: Callable[[], float] = time.monotonic
    _kept: dict[tuple[StoredPicture, str, str], tuple[float, str]] = field(default_factory=dict)
    _signer_read: tuple[float, str] | None = None

    def shown(self, stored: StoredPicture) -> str:
        """Return the link to a picture that a page shows."""
        return self._once(stored, "")

    def download(self, stored: StoredPicture, name: str) -> str:
        """Return the link under which a browser saves a picture as a file of that name, whatever is in it."""
        return self._once(stored, f"attachment; filename*=UTF-8''{quote(name, safe='')}")

    def origin(self, bucket: str) -> str:
        """Return the scheme and the host at which the bucket is."""
        parts = urlsplit(self._signed({"Bucket": bucket, "Key": "any"}))
        return f"{parts.scheme}://{parts.netloc}"

    def _once(self, stored: StoredPicture, disposition: str) -> str:
        now = self.clock()
        identity = stored, disposition, self._signer(now)
        made_at, link = self._kept.get(identity, (0.0, ""))
        if not link or now - made_at >= KEPT_SECONDS:
            saved = {"ResponseContentDisposition": disposition} if disposition else {}
            link = self._signed({**stored.request, **saved})
            if len(self._kept) >= MAX_KEPT:
                self._kept.clear()
            self._kept[identity] = now, link
        return link

    def _signer(self, now: float) -> str:
        """Return the access key that signs; it is read from a link, as botocore tells it nowhere else."""
        if self._signer_read is None or now - self._signer_read[0] >= SIGNER_SECONDS:
            named = parse_qs(urlsplit(self._signed({"Bucket": "any", "Key": "any"})).query)
            # By either version of S3's signatures.
            [found] = named.get("X-Amz-Credential") or named["AWSAccessKeyId"]
            self._signer_read = now, found.partition("/")[0]
        return self._signer_read[1]

    def _signed(self, asked: dict[str, Any]) -> str:
        return self.client.generate_presigned_url("get_object", Params=asked, ExpiresIn=LINK_SECONDS)
