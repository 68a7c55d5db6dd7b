"""Pixels to measurements, and measurements to the correction that a photo needs."""
