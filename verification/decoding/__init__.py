"""Holds what Darkroom makes of a file against how other programs read it."""
