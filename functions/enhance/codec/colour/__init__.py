"""What a file's numbers mean: read from its profile, or from how else it names its colours; and conversions."""
