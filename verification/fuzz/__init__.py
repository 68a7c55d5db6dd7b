"""Coverage-guided fuzzing of everything that reads a header or metadata."""
