"""The contact sheet: before | after | target, one row per photo, as one HTML page and as PNG pages."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

PANEL = (480, 320)
GAP_PIXELS = 6
CAPTION_PIXELS = 28
ROWS_PER_PAGE = 6
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Contact sheet</title>
<style>
body {{ background: #333; color: #ddd; font: 14px/1.5 sans-serif; margin: 2em; }}
figure {{ margin: 0 0 2em; }} img {{ max-width: 100%; }}
</style>
<h1>Before | after | target</h1>
<p>By set, the most harmed photos first. dE is the mean CIEDE2000 to the target, before and after; in sets
without targets, how far the photo moved.</p>
{figures}
</html>
"""


@dataclass(frozen=True)
class Row:
    """A photo on the sheet: its picture, its distance to the target before and after, and a summary."""

    set_name: str
    name: str
    picture: Path
    delta_e_before: float
    delta_e_after: float
    summary: str

    @property
    def harm(self) -> float:
        """How much farther from its target the photo came; negative is better."""
        return self.delta_e_after - self.delta_e_before

    @property
    def caption(self) -> str:
        """The photo and its distances, in one line."""
        return f"{self.set_name}/{self.name}   dE {self.delta_e_before:.1f} -> {self.delta_e_after:.1f}"


def draw_row(images: Sequence[Image.Image], path: Path) -> None:
    """Write the pictures side by side as JPEG, each within 480 x 320 pixels."""
    fitted = [ImageOps.contain(image, PANEL) for image in images]
    width = sum(image.width for image in fitted) + GAP_PIXELS * (len(fitted) - 1)
    strip = Image.new("RGB", (width, max(image.height for image in fitted)), "#333")
    left = 0
    for image in fitted:
        strip.paste(image, (left, 0))
        left += image.width + GAP_PIXELS
    path.parent.mkdir(parents=True, exist_ok=True)
    strip.save(path, quality=92, subsampling=0)


def write_sheet(rows: Sequence[Row], folder: Path) -> list[Path]:
    """Write contact-sheet.html and contact-sheet-NN.png into `folder`; returns their paths, the page first."""
    ordered = sorted(rows, key=lambda row: (row.set_name, -row.harm))
    page = folder / "contact-sheet.html"
    page.write_text(PAGE.format(figures="\n".join(_figure(row, folder) for row in ordered)), encoding="utf-8")
    for old in folder.glob("contact-sheet-*.png"):
        old.unlink()
    return [page, *(_draw_page(part, folder, number) for number, part in enumerate(_pages(ordered), 1))]


def _pages(rows: Sequence[Row]) -> list[tuple[Row, ...]]:
    return [tuple(rows[start : start + ROWS_PER_PAGE]) for start in range(0, len(rows), ROWS_PER_PAGE)]


def _figure(row: Row, folder: Path) -> str:
    source = html.escape(row.picture.relative_to(folder).as_posix())
    text = f"<b>{html.escape(row.caption)}</b><br>{html.escape(row.summary)}"
    return f'<figure><img src="{source}" loading="lazy" alt=""><figcaption>{text}</figcaption></figure>'


def _draw_page(rows: Sequence[Row], folder: Path, number: int) -> Path:
    height = PANEL[1] + CAPTION_PIXELS + GAP_PIXELS
    sheet = Image.new("RGB", (3 * PANEL[0] + 2 * GAP_PIXELS, height * len(rows)), "#333")
    draw = ImageDraw.Draw(sheet)
    for index, row in enumerate(rows):
        text = f"{row.caption}   {row.summary}"
        draw.text((4, index * height + 4), text, fill="#ddd", font=ImageFont.load_default(16))
        with Image.open(row.picture) as picture:
            sheet.paste(picture, (0, index * height + CAPTION_PIXELS))
    path = folder / f"contact-sheet-{number:02}.png"
    sheet.save(path, compress_level=3)
    return path
