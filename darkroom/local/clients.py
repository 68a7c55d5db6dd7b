"""The boto3 clients of the embedded AWS, each made once; the access key names who calls."""

import threading
from typing import Any

import boto3
from botocore.config import Config


class Clients:
    """Clients by service and access key; safe to ask from several threads."""

    def __init__(self, region: str) -> None:
        self._region = region
        # One for all: each reads the lists of endpoints and the model of a service once more.
        self._session = boto3.session.Session()
        self._made: dict[tuple[str, str], Any] = {}
        # Making clients is not thread-safe, using them is.
        self._lock = threading.Lock()

    def get(self, endpoint_url: str, service: str, access_key: str) -> Any:
        """Return the client of a service, made when first asked for."""
        with self._lock:
            key = (service, access_key)
            if key not in self._made:
                self._made[key] = self._make(endpoint_url, service, access_key)
            return self._made[key]

    def clear(self) -> None:
        """Forget all clients: the next start may have another port."""
        self._made.clear()

    def _make(self, endpoint_url: str, service: str, access_key: str) -> Any:
        return self._session.client(
            service,  # type: ignore[call-overload]
            endpoint_url=endpoint_url,
            region_name=self._region,
            aws_access_key_id=access_key,
            aws_secret_access_key="local",  # noqa: S106
            # One attempt, so that a fault shows; and connections enough for many functions at once.
            config=Config(
                retries={"total_max_attempts": 1},
                read_timeout=960,
                max_pool_connections=50,
                # For links and forms, as the functions and the commands sign them.
                signature_version="s3v4" if service == "s3" else None,
            ),
        )
