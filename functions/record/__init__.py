"""RecordResult, RecordFailure, FailUnlessRedriven: the image's record."""
