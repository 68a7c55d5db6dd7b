"""For those who work on Darkroom. Never ships."""
