"""Synthetic photos of pages: print, pencil, stamps and a signature, in indoor light."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.unit.enhance_scenes import Levels, photo

WIDTH, HEIGHT = 900, 1200
WHITE, INK, PENCIL, STAMP, PEN = (255, 255, 255), (30, 30, 34), (140, 140, 140), (190, 35, 40), (40, 60, 170)
TEXT = "The quick brown fox jumps over the lazy dog while it rains on the harbour and the lamps are lit. "


@dataclass(frozen=True)
class Light:
    """How a page is lit: the paper's colour, how dark the far corner is, and whether a hand's shadow lies on it."""

    colour: tuple[float, float, float] = (0.78, 0.72, 0.62)
    far_corner: float = 0.6
    hand: bool = True
    noise: float = 0.012


@cache
def printed() -> Image.Image:
    """Return the page as it was printed: white, with a headline, lines of text, a table, a stamp and a signature."""
    page = Image.new("RGB", (WIDTH, HEIGHT), WHITE)
    draw = ImageDraw.Draw(page)
    draw.text((70, 60), "Harbour Office", fill=INK, font=ImageFont.load_default(64))
    for line in range(24):
        words = (TEXT * 3)[line * 5 :][:64]
        fill = PENCIL if line == 20 else INK
        draw.text((70, 180 + 30 * line), words, fill=fill, font=ImageFont.load_default(22))
    draw.ellipse((600, 930, 800, 1130), outline=STAMP, width=12)
    draw.text((635, 1010), "PAID", fill=STAMP, font=ImageFont.load_default(48))
    draw.line([(80 + x, int(1040 + 40 * np.sin(x / 14))) for x in range(0, 300, 4)], fill=PEN, width=5)
    draw.rectangle((70, 1120, 480, 1150), fill=INK)
    return page


@cache
def lit_print(light: Light = Light()) -> Image.Image:
    """Return the printed page under this light; the picture is shared by all tests of a process."""
    return lit(printed(), light)


def lit(page: Image.Image, light: Light = Light(), seed: int = 3) -> Image.Image:
    """Return the page as a camera sees it under this light."""
    rows, columns = np.mgrid[0 : page.height, 0 : page.width] / max(page.size)
    falling = 1 - (1 - light.far_corner) * (rows + columns) / (rows + columns).max()
    shade = 1 - 0.45 * light.hand / (1 + np.exp(-((0.35 - np.hypot(columns - 0.75, rows - 0.75)) / 0.03)))
    levels: Levels = np.asarray(page) / 255 * (falling * shade)[..., None] * np.array(light.colour)
    return photo(levels + np.random.default_rng(seed).normal(0, light.noise, levels.shape))


def on_a_table(page: Image.Image, border: int = 150) -> Image.Image:
    """Return the page on a dark wooden table."""
    table = Image.new("RGB", (page.width + 2 * border, page.height + 2 * border), (84, 52, 30))
    table.paste(page, (border, border))
    return table
