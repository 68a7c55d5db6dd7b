"""The one harness over the deployed pipeline, with one event recorder, as all tests and proofs use it."""
