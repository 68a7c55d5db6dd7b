"""How many photos there are in a file that Pillow has opened."""

from typing import Any, cast

from PIL import Image

from functions.shared.imaging.formats import BY_NAME
from functions.shared.imaging.pillow_guard import guarded_pillow
from functions.shared.imaging.tiff_directory import NEW_SUBFILE_TYPE
from functions.shared.imaging.tiff_pages import is_reduced

MAX_TIFF_THUMBNAILS = 64


def frame_count(image: Image.Image, *, max_frames: int) -> int:
    """Return how many frames or pages there are. The count stops beyond `max_frames`: read that as "or more"."""
    if BY_NAME[str(image.format)].is_one_photo or not getattr(image, "is_animated", False):
        return 1
    if image.format == "TIFF":
        # Pillow opens each page anew, and complains of it.
        with guarded_pillow():
            return _tiff_pages(image, max_frames)
    # To count a GIF is to read all of it, and the second frame is already one too many.
    return 2 if max_frames == 1 else int(getattr(image, "n_frames", 1))


def _tiff_pages(image: Image.Image, max_frames: int) -> int:
    """Count a TIFF's pages, but for thumbnails and masks, and only as far as needed: the chain may be endless."""
    frames = 0
    for page in range(max_frames + MAX_TIFF_THUMBNAILS):
        try:
            image.seek(page)
        except EOFError:
            break
        except SyntaxError:
            # A page of a kind that is not read. It is one all the same, and its tags are known.
            pass
        # The photo itself is a page, whatever it says of itself.
        frames += page == 0 or not is_reduced(cast("Any", image).tag_v2.get(NEW_SUBFILE_TYPE, 0))
        if frames > max_frames:
            break
    image.seek(0)
    return frames
