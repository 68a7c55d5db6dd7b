"""The embedded AWS's events: S3's, EventBridge's rules and targets, and the subscribers' inbox."""
