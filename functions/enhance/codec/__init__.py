"""Bytes to pixels and back: reading, colour spaces, orientation, bit depth, metadata, encoding, renditions."""
