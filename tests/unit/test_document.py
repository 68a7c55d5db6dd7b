"""The preset document: photographed pages become pages as they were printed."""

import io
from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import EnhancedPhoto, enhance_photo
from tests.definitions import ROOT
from tests.unit.colour_files import DISPLAY_P3, LINEAR_LIGHT, PROPHOTO_RGB, Space, as_shown, png
from tests.unit.enhance_scenes import Levels, difference, encoded
from tests.unit.pages import INK, PEN, PENCIL, STAMP, WHITE, Light, lit, lit_print, on_a_table, printed
from tools.pictures.sample_page import photographed_page

# Each test enhances a page of a million pixels.
pytestmark = pytest.mark.slow

LAMP_AND_HAND = Light()
LIGHTS = {
    "a warm lamp and a hand": LAMP_AND_HAND,
    "daylight from one side": Light((0.7, 0.74, 0.8), far_corner=0.45, hand=False),
    "dim and noisy": Light((0.4, 0.36, 0.3), far_corner=0.7, hand=False, noise=0.02),
    "a dull scanner": Light((0.85, 0.85, 0.83), far_corner=1.0, hand=False, noise=0.004),
}
TRUE = np.asarray(printed()).astype(int)


def enhanced(image: Image.Image, strength: int = 100) -> EnhancedPhoto:
    control = Control("document", strength)
    return enhance_photo(io.BytesIO(encoded(image, "PNG", compress_level=1)), max_pixels=10**7, control=control)


def cleaned(image: Image.Image, strength: int = 100) -> Image.Image:
    return opened(enhanced(image, strength))


def opened(result: EnhancedPhoto) -> Image.Image:
    image = Image.open(io.BytesIO(result.body))
    image.load()
    return image


@cache
def enhanced_print(light: Light = LAMP_AND_HAND) -> EnhancedPhoto:
    """Return the enhanced page; the default light is a lamp with the shadow of a hand."""
    return enhanced(lit_print(light))


@cache
def clean() -> Image.Image:
    """Return the enhanced page under the default light."""
    return opened(enhanced_print())


@cache
def cleaned_print() -> Image.Image:
    """Return the enhanced page as it was printed."""
    return cleaned(printed())


def where(image: Image.Image, colour: tuple[int, int, int]) -> Levels:
    """Return the levels where the page was printed in exactly this colour, shape (pixels, channels)."""
    levels: Levels = np.asarray(image.convert("RGB")).astype(float)[(np.asarray(colour) == TRUE).all(axis=-1)]
    return levels


@pytest.mark.parametrize("name", LIGHTS)
def test_paper_becomes_white_and_ink_black_in_any_light(name: str) -> None:
    seen = lit_print(LIGHTS[name])
    after = opened(enhanced_print(LIGHTS[name]))
    paper, ink = where(after, WHITE), where(after, INK)
    assert where(seen, WHITE).mean() < 225
    assert paper.mean() > 252
    assert np.percentile(paper, 2) > 235
    assert ink.mean() < 25
    assert difference(after, printed()) < 0.25 * difference(seen, printed())


def test_the_shadow_of_a_hand_is_evened_out() -> None:
    in_shadow = np.s_[700:900, 650:850]
    seen, after = lit_print(), clean()
    paper = (TRUE[in_shadow] == 255).all(axis=-1)
    assert np.asarray(seen)[in_shadow][paper].mean() < 110
    assert np.asarray(after)[in_shadow][paper].mean() > 250


def test_the_colour_of_the_light_is_removed_and_that_of_stamp_and_pen_stays() -> None:
    after = clean()
    assert np.ptp(where(after, WHITE).mean(axis=0)) < 2
    stamp, pen = where(after, STAMP).mean(axis=0), where(after, PEN).mean(axis=0)
    assert stamp[0] > 150 > 100 + stamp[1:].max()
    assert pen[2] > 130 > 60 + pen[:2].max()


@pytest.mark.parametrize("colour", [STAMP, PEN])
def test_the_paper_in_a_ring_takes_no_tint_from_it(colour: tuple[int, int, int]) -> None:
    """In a JPEG, the ring's colour runs over its edges."""
    page = Image.new("RGB", (480, 480), WHITE)
    for edge in (40, 60):
        ImageDraw.Draw(page).ellipse((edge, edge, 480 - edge, 480 - edge), outline=colour, width=8)
    seen = encoded(lit(page, Light((0.9, 0.9, 0.9), 0.8, hand=False, noise=0.006)), "JPEG", quality=75)
    distance = cv2.distanceTransform((np.asarray(page) == WHITE).all(axis=-1).astype(np.uint8), cv2.DIST_L2, 5)
    beside = np.asarray(cleaned(Image.open(io.BytesIO(seen))))[(distance > 2) & (distance < 9)]
    assert np.ptp(beside.mean(axis=0)) < 2.5


def test_the_edge_of_a_shadow_runs_on_under_a_stamp() -> None:
    """A ring shuts its paper off from the page's, whose light is then known all around it only."""
    after = np.asarray(cleaned(Image.open(io.BytesIO(photographed_page()))))
    upper_left_in_the_ring = after[515:550, 755:785]
    assert upper_left_in_the_ring.mean() > 250
    assert np.ptp(upper_left_in_the_ring.mean(axis=(0, 1))) < 5


def test_pencil_stays_grey_beside_ink_and_alone() -> None:
    beside_ink = where(clean(), PENCIL)
    assert 80 < beside_ink.mean() < 200
    page = Image.new("RGB", (900, 1200), WHITE)
    ImageDraw.Draw(page).line([(100, 100), (800, 1100), (120, 900)], fill=PENCIL, width=9)
    alone = np.asarray(cleaned(page))[(np.asarray(page) == PENCIL).all(axis=-1)]
    assert 60 < alone.mean() < 140


def test_a_highlighter_stays_yellow() -> None:
    page = printed().copy()
    ImageDraw.Draw(page).rectangle((70, 330, 560, 370), fill=(255, 250, 90))
    after = np.asarray(cleaned(page))[335:365, 100:500].reshape(-1, 3)
    assert np.abs(after - np.array((255, 250, 90.0))).mean() < 30


@pytest.mark.parametrize("once", [cleaned_print, clean])
def test_a_second_pass_changes_little(once: Callable[[], Image.Image]) -> None:
    assert difference(cleaned(once()), once()) < 3


def test_a_clean_page_hardly_changes() -> None:
    assert difference(cleaned_print(), printed()) < 2


def test_the_table_around_a_page_stays_a_table() -> None:
    after = np.asarray(cleaned(on_a_table(lit_print(Light(hand=False))))).astype(int)
    table = after[:100].reshape(-1, 3).mean(axis=0)
    assert table.mean() < 128
    assert table[0] > table[1] > table[2]
    assert after[300:320, 200:900].mean() > 245


def with_a_picture() -> tuple[Image.Image, tuple[int, int, int, int]]:
    page, box = printed().copy(), (300, 560, 800, 890)
    page.paste(Image.open(ROOT / "examples" / "mountain.jpg").resize((500, 330)), box)
    return page, box


def test_a_picture_on_the_page_stays_a_picture() -> None:
    page, box = with_a_picture()
    assert difference(cleaned(page).crop(box), page.crop(box)) < 20
    seen = lit(page, Light(hand=False))
    assert difference(cleaned(seen).crop(box), page.crop(box)) < difference(seen.crop(box), page.crop(box))


def test_a_grey_box_stays_grey() -> None:
    page = printed().copy()
    ImageDraw.Draw(page).rectangle((60, 300, 850, 470), fill=(225, 225, 225))
    box = np.asarray(cleaned(page))[320:450, 100:800]
    assert 205 < box.mean() < 240


def test_a_photo_without_paper_stays_as_it_is() -> None:
    night = lit_print(Light((0.1, 0.1, 0.12)))
    result = enhanced(night)
    assert Image.open(io.BytesIO(result.body)).tobytes() == night.tobytes()
    assert result.enhancement["summary"] == "Left as it is, for nothing in it is bright enough to be paper."


def test_the_change_is_proportional_to_the_strength() -> None:
    seen = lit_print()
    moved = [difference(seen, after) for after in (cleaned(seen, 0), cleaned(seen, 50), clean())]
    assert moved[0] == 0
    assert moved[1] == pytest.approx(moved[2] / 2, rel=0.02)


def test_grey_pages_of_eight_and_sixteen_bits() -> None:
    grey = lit_print().convert("L")
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    after, deep_after = cleaned(grey), cleaned(deep)
    assert (after.mode, deep_after.mode) == ("L", "I;16")
    assert where(after, WHITE).mean() > 252
    assert np.abs(np.asarray(deep_after) / 257 - np.asarray(after)).mean() < 1


def test_transparent_parts_stay_transparent() -> None:
    page = lit_print().convert("RGBA")
    page.paste((255, 255, 255, 0), (0, 0, 900, 150))
    after = cleaned(page)
    assert after.getchannel("A").tobytes() == page.getchannel("A").tobytes()
    assert np.asarray(after)[200:, :, :3][(TRUE[200:] == 255).all(axis=-1)].mean() > 250


def test_strips_have_no_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    in_strips = clean()
    monkeypatch.setattr("functions.enhance.edit.document.STRIP_ROWS", 5000)
    assert np.abs(np.asarray(cleaned(lit_print())).astype(int) - np.asarray(in_strips)).max() <= 1


def test_the_record_describes_the_page() -> None:
    enhancement = enhanced_print().enhancement
    assert (enhancement["kind"], enhancement["preset"]) == ("document", "document")
    assert str(enhancement["summary"]).startswith("The paper made even and white")
    assert int(enhancement["brightness_after_percent"]) > int(enhancement["brightness_before_percent"]) + 20


@pytest.mark.parametrize(("space", "bits"), [(DISPLAY_P3, 8), (PROPHOTO_RGB, 8), (LINEAR_LIGHT, 16)])
def test_a_page_is_cleaned_alike_in_every_colour_space(space: Space, bits: int) -> None:
    page = lit(printed(), LAMP_AND_HAND).crop((450, 800, 900, 1200))
    body = png(space.coded(np.asarray(page) / 255), bits=bits, profile=space.profile)
    result = enhance_photo(io.BytesIO(body), max_pixels=10**7, control=Control("document"))
    # Pillow keeps the high bytes of 16 bits.
    found = as_shown(result.body) * 255
    assert np.abs(found - np.asarray(cleaned(page))).mean() < 1.5
