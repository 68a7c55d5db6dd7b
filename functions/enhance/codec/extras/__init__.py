"""What a file holds besides the photo, and a copy does not keep: pictures, a movie, pages, frames, maps."""
