"""NotifyResult, NotifyFailure: the word to the subscribers."""
