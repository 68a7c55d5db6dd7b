"""The deployed pipeline, as all proofs use it."""
