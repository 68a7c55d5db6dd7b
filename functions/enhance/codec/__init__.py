"""Bytes to pixels and back: decoding, colour spaces, orientation, bit depth, metadata, encoding, renditions."""
