"""ValidateImage: is it a photo, of a sane size, and new?"""
