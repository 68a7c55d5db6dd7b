"""Opening photos: formats, signatures, frames, and limits."""
