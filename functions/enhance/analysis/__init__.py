"""Pixels to measurements, and measurements to what a photo lacks."""
