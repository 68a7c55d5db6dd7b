"""The embedded AWS behaves as AWS does where Darkroom relies on it; one test per seam into moto."""
