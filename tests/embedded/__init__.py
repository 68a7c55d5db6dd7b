"""The embedded AWS keeps the promises of AWS that Darkroom relies on; one test per seam into moto."""
