"""The tags that Darkroom gives to uploads; lifecycle rules and people find them by these."""

STATUS_TAG, ERROR_TAG = "darkroom-status", "darkroom-error"
FORGOTTEN = "forgotten"
MAX_TAGS = 10  # S3's limit for an object
