"""The before/after picture: both photos side by side, labelled."""

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from functions.shared.imaging.images import decoding, open_image

BOX = (960, 800)
BAR_PIXELS = 44
GAP_PIXELS = 8
MAX_PIXELS = 100_000_000


def write_comparison(before: bytes, after: bytes, path: Path) -> None:
    """Write a JPEG with both photos scaled to at most 960 x 800 pixels. Raises PermanentImageErrors."""
    photos = [_opened(before), _opened(after)]
    width = sum(photo.width for photo in photos) + GAP_PIXELS
    canvas = Image.new("RGB", (width, max(photo.height for photo in photos) + BAR_PIXELS), "white")
    draw = ImageDraw.Draw(canvas)
    left = 0
    for photo, label in zip(photos, ("before", "after"), strict=True):
        canvas.paste(photo, (left, BAR_PIXELS))
        centre = (left + photo.width / 2, BAR_PIXELS / 2)
        draw.text(centre, label, fill="black", font=ImageFont.load_default(24), anchor="mm")
        left += photo.width + GAP_PIXELS
    # Both photos are of one camera: the enhanced copy's colour profile holds for both.
    canvas.save(path, "JPEG", quality=90, icc_profile=photos[1].info.get("icc_profile"))


def _opened(content: bytes) -> Image.Image:
    with open_image(io.BytesIO(content), max_pixels=MAX_PIXELS) as image, decoding():
        # Let a JPEG decoder skip what scaling would throw away.
        image.draft("RGB", (BOX[0] * 2, BOX[1] * 2))
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    fitted = ImageOps.contain(upright, BOX)
    on_white = Image.new("RGB", fitted.size, "white")
    on_white.paste(fitted, mask=fitted.getchannel("A"))
    on_white.info["icc_profile"] = image.info.get("icc_profile")
    return on_white
