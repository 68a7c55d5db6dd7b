"""S3's sequencers, by which the uploads of one key are ordered."""


def normalise_sequencer(sequencer: str) -> str:
    """Return the sequencer as 32 upper-case hex digits, so that strings of any length and case compare as numbers."""
    return sequencer.upper().rjust(32, "0")
