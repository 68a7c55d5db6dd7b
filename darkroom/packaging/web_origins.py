"""Which web pages may use the buckets with presigned requests: the operators' page, and those of the settings."""

import json
from collections.abc import Sequence
from typing import Any

from darkroom.packaging.repository import DOCUMENTS

# Both ways to an account read it too.
CORS_RULE = DOCUMENTS / "bucket-cors.json"


def cors_rule(web_origins: Sequence[str] = ()) -> dict[str, Any]:
    """Return the buckets' rule, with the origins of the settings behind the page's own."""
    rule: dict[str, Any] = json.loads(CORS_RULE.read_text())
    return {**rule, "AllowedOrigins": list(dict.fromkeys([*rule["AllowedOrigins"], *web_origins]))}
