"""Whether an object in S3 has the content of a file, told from checksums alone: nothing is downloaded.

| S3 says of the object                      | compared with                                             |
|--------------------------------------------|-----------------------------------------------------------|
| another size                               | nothing: it differs                                       |
| ChecksumSHA256                             | the file's SHA-256                                        |
| ChecksumSHA256 of N parts                  | SHA-256 of the SHA-256s of parts of PART_BYTES            |
| no such checksum, not encrypted by KMS     | its ETag, which is the MD5 of the content, or of the parts |
| neither                                    | nothing: it counts as different, and is uploaded again    |

With a KMS key, as in Darkroom's own buckets, the ETag is no MD5. Other checksums that S3 may keep (CRC) are made to
find accidents, not to tell contents apart. `darkroom upload` always has S3 keep SHA-256. Source:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

PART_BYTES = 8 * 1024 * 1024
"""As large are the parts of what is uploaded in parts; those of the `aws` command are too."""
MD5_ENCRYPTIONS = {None, "AES256"}


def has_content(head: HeadObjectOutputTypeDef, file: Path) -> bool:
    """Return whether an object, by an answer of HeadObject with its checksums, has a file's content. Raises OSError."""
    if head["ContentLength"] != file.stat().st_size:
        return False
    etag, checksum = head["ETag"].strip('"'), head.get("ChecksumSHA256")
    # So end the ETags of what came in parts, and their checksums as S3 gives them, with the number of parts.
    in_parts = "-" in etag
    if checksum:
        known = _sha256_of_parts(file) if in_parts else _whole("sha256", file)
        return checksum.partition("-")[0] == base64.b64encode(known).decode()
    if head.get("ServerSideEncryption") not in MD5_ENCRYPTIONS or head.get("SSECustomerAlgorithm"):
        return False
    return etag == (_md5_of_parts(file) if in_parts else _whole("md5", file).hex())


def _sha256_of_parts(file: Path) -> bytes:
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in _parts(file))).digest()


def _md5_of_parts(file: Path) -> str:
    parts = [_md5(part) for part in _parts(file)]
    return f"{_md5(b''.join(parts)).hex()}-{len(parts)}"


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def _whole(algorithm: str, file: Path) -> bytes:
    found = hashlib.new(algorithm, usedforsecurity=False)
    for part in _parts(file):
        found.update(part)
    return found.digest()


def _parts(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while part := source.read(PART_BYTES):
            yield part
