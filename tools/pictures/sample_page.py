"""A page as somebody photographs it: print and a stamp, yellow in the light of a lamp, in the shadow of a hand."""

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIZE = (1080, 720)
INK, STAMP, PEN = (30, 30, 34), (190, 35, 40), (40, 60, 170)
# A lamp's light, as shares of white; at the far corner so much of it is left, and in the shadow so much of that.
LAMP = np.array((0.80, 0.72, 0.58))
FAR_CORNER, SHADOW = 0.62, 0.55
NOISE = 0.012
LINES = (
    "Mooring fee, berth 14, June to August",
    "Electricity, 212 units from the meter",
    "Water, as agreed, no charge",
    "Two keys of the washroom, to be returned",
    "The harbour is closed in a gale from the south.",
)


def photographed_page() -> bytes:
    """Return the photo as a JPEG, the same bytes each time."""
    levels = np.asarray(_printed()) / 255 * _light()[..., None] * LAMP
    levels += np.random.default_rng(3).normal(0, NOISE, levels.shape)
    file = io.BytesIO()
    Image.fromarray(np.clip(levels * 255 + 0.5, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=92)
    return file.getvalue()


def _printed() -> Image.Image:
    """Return the page as it came out of the printer, signed and stamped, a little askew."""
    page = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(page)
    draw.text((90, 70), "Harbour Office", fill=INK, font=ImageFont.load_default(76))
    draw.line((90, 180, 990, 180), fill=INK, width=4)
    for row, words in enumerate(LINES):
        draw.text((90, 215 + 58 * row), words, fill=INK, font=ImageFont.load_default(38))
    draw.ellipse((690, 480, 890, 680), outline=STAMP, width=12)
    draw.text((728, 552), "PAID", fill=STAMP, font=ImageFont.load_default(50))
    draw.line([(120 + x, int(610 + 36 * np.sin(x / 16) - x / 12)) for x in range(0, 340, 4)], fill=PEN, width=5)
    return page.rotate(1.2, Image.Resampling.BICUBIC, fillcolor="white")


def _light() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return how much light falls on each pixel, as a share."""
    rows, columns = np.mgrid[0 : SIZE[1], 0 : SIZE[0]] / max(SIZE)
    falling = 1 - (1 - FAR_CORNER) * (rows + columns) / (rows + columns).max()
    inside = 1 / (1 + np.exp((np.hypot(columns - 0.95, rows - 0.72) - 0.42) / 0.03))
    light: np.ndarray[tuple[int, int], np.dtype[np.float64]] = falling * (1 - (1 - SHADOW) * inside)
    return light
