"""Builds the functions' zips, and reads the repository's own definitions."""
