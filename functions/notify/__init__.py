"""NotifyResult, NotifyFailure: the message to the subscribers."""
