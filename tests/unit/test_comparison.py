"""The before/after picture shows both photos upright, to one scale, whatever their kind."""

import io
from pathlib import Path

from PIL import Image

from darkroom.commands.before_after import BAR_PIXELS, GAP_PIXELS, write_comparison


def encoded(image: Image.Image, kind: str, orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    target = io.BytesIO()
    image.save(target, kind, exif=exif)
    return target.getvalue()


def near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 12 for a, b in zip(pixel, colour, strict=True))


def test_before_is_left_and_upright_and_after_right(tmp_path: Path) -> None:
    lying = encoded(Image.new("RGB", (400, 300), (200, 40, 40)), "JPEG", orientation=6)
    upright = encoded(Image.new("RGB", (300, 400), (40, 40, 200)), "JPEG")
    write_comparison(lying, upright, tmp_path / "both.jpg")
    with Image.open(tmp_path / "both.jpg") as both:
        assert both.size == (600 + GAP_PIXELS + 600, 800 + BAR_PIXELS)
        assert near(both.getpixel((300, 400)), (200, 40, 40))
        assert near(both.getpixel((900, 400)), (40, 40, 200))
        # The labels are dark on the white bar.
        assert sum(both.crop((0, 0, 600, BAR_PIXELS)).convert("L").histogram()[:100]) > 0


def test_transparency_is_shown_on_white_and_grey_as_grey(tmp_path: Path) -> None:
    clear = encoded(Image.new("RGBA", (100, 100), (0, 0, 0, 0)), "PNG")
    grey = encoded(Image.new("L", (100, 100), 90), "PNG")
    write_comparison(clear, grey, tmp_path / "both.jpg")
    with Image.open(tmp_path / "both.jpg") as both:
        assert near(both.getpixel((400, 400)), (255, 255, 255))
        assert near(both.getpixel((both.width - 400, 400)), (90, 90, 90))
