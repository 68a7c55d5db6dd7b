"""Properties of every picture: any mode, any shape down to one pixel, any levels, any preset and strength."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from functions.enhance.codec.renditions import Rendition
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import EnhancedPhoto, enhance_photo
from functions.shared.controls import PRESETS, Preset
from tests.unit.enhance_scenes import encoded

MODES = ("L", "LA", "RGB", "RGBA", "I;16", "1", "P")
RENDITION = Rendition(name="thumb", longest_edge_pixels=16, format="PNG")

sizes = st.one_of(
    st.just((1, 1)),
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.tuples(st.integers(1, 3), st.integers(500, 3000)),
    st.tuples(st.integers(500, 3000), st.integers(1, 3)),
)
controls = st.builds(Control, st.sampled_from(PRESETS), st.integers(0, 100))
# Each example decodes, plans, renders and encodes a picture: fewer than the default, and no deadline on a busy machine.
thorough = settings(max_examples=40, deadline=None, derandomize=True)


@st.composite
def pictures(draw: st.DrawFn, modes: tuple[str, ...] = MODES) -> Image.Image:
    """Draw a picture: constant, a ramp, or grain around a level, in one of the modes."""
    mode, size = draw(st.sampled_from(modes)), draw(sizes)
    low, high = sorted((draw(st.integers(0, 255)), draw(st.integers(0, 255))))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    kind = draw(st.sampled_from(("constant", "ramp", "grain")))
    shape = (size[1], size[0], 4)
    levels = rng.integers(low, high, shape, endpoint=True)
    if kind == "constant":
        levels = np.broadcast_to(levels[0, 0], shape)
    elif kind == "ramp":
        levels = np.broadcast_to(np.linspace(low, high, size[0]).astype(int)[None, :, None], shape)
    return in_mode(Image.fromarray(np.ascontiguousarray(levels, dtype=np.uint8), "RGBA"), mode)


def in_mode(rgba: Image.Image, mode: str) -> Image.Image:
    if mode == "I;16":
        return Image.fromarray(np.asarray(rgba.convert("L")).astype(np.uint16) * 257 + 3)
    return rgba.convert("RGB").quantize(16) if mode == "P" else rgba.convert(mode)


def enhanced(image: Image.Image, preset: Preset = "auto", strength: int = 100) -> EnhancedPhoto:
    body = io.BytesIO(encoded(image, "PNG"))
    return enhance_photo(body, max_pixels=10**6, control=Control(preset, strength), renditions=[RENDITION])


def opened(result: EnhancedPhoto) -> Image.Image:
    image = Image.open(io.BytesIO(result.body))
    image.load()
    return image


@thorough
@given(pictures(), controls)
def test_every_picture_is_enhanced_and_keeps_its_size(image: Image.Image, control: Control) -> None:
    result = enhanced(image, control.preset, control.strength)
    assert opened(result).size == (result.width, result.height) == image.size
    thumb = result.renditions["thumb"]
    assert max(thumb.width, thumb.height) == min(16, max(image.size))
    assert str(result.enhancement["summary"]).endswith(".")


@thorough
@given(pictures(), st.sampled_from(PRESETS))
def test_strength_zero_and_the_preset_none_keep_every_pixel(image: Image.Image, preset: Preset) -> None:
    seen = opened_as(image)
    assert opened_as(opened(enhanced(image, preset, 0))) == seen
    assert opened_as(opened(enhanced(image, "none"))) == seen


def opened_as(image: Image.Image) -> bytes:
    """Return the decoded pixels; those of a palette as its colours."""
    return image.convert("RGB").tobytes() if image.mode == "P" else image.tobytes()


@thorough
@given(pictures(("LA", "RGBA")), controls)
def test_transparency_is_kept_to_the_byte(image: Image.Image, control: Control) -> None:
    after = opened(enhanced(image, control.preset, control.strength))
    assert after.convert("RGBA").getchannel("A").tobytes() == image.getchannel("A").tobytes()


@thorough
@given(pictures(("L", "LA")), controls)
def test_grey_stays_grey(image: Image.Image, control: Control) -> None:
    in_colour = image.convert("RGBA" if image.mode == "LA" else "RGB")
    levels = np.asarray(opened(enhanced(in_colour, control.preset, control.strength)))[..., :3].astype(int)
    assert np.ptp(levels, axis=-1).max() <= 1


@thorough
@given(pictures(), controls)
def test_the_same_picture_gives_the_same_bytes(image: Image.Image, control: Control) -> None:
    first, second = (enhanced(image, control.preset, control.strength) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("strength", [0, 30, 100])
@given(st.tuples(*[st.integers(0, 255)] * 3), sizes)
@thorough
def test_a_picture_of_one_colour_stays_as_it_is(
    strength: int, colour: tuple[int, int, int], size: tuple[int, int]
) -> None:
    image = Image.new("RGB", size, colour)
    assert opened(enhanced(image, "auto", strength)).tobytes() == image.tobytes()
    assert opened(enhanced(image, "photo", strength)).tobytes() == image.tobytes()
