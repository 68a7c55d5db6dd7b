"""A Pillow image and its array share memory; an image that cannot share it is refused."""

import gc

import numpy as np
import pytest
from PIL import Image

from functions.enhance.codec.pixels import one_block, pixels_of


@pytest.mark.parametrize(("mode", "shape"), [("L", (5, 7, 1)), ("RGB", (5, 7, 4)), ("I;16", (5, 7, 1))])
def test_writing_to_the_array_changes_the_image(mode: str, shape: tuple[int, int, int]) -> None:
    image = Image.new(mode, (7, 5))
    pixels = pixels_of(image)
    assert pixels.shape == shape
    pixels[2, 3] = 200
    assert image.getpixel((3, 2)) == ((200, 200, 200) if mode == "RGB" else 200)


def test_the_array_outlives_the_image() -> None:
    image = Image.new("RGB", (300, 200), (1, 2, 3))
    pixels = pixels_of(image)
    del image
    gc.collect()
    Image.new("RGB", (300, 200), (9, 9, 9))
    assert (pixels[..., :3] == (1, 2, 3)).all()


def test_a_large_image_is_shared_if_it_was_allocated_in_one_block() -> None:
    size = (3000, 2000)
    with pytest.raises(ValueError, match="contiguous"):
        pixels_of(Image.new("RGB", size))
    with one_block():
        image = Image.new("RGB", size, (4, 5, 6))
    assert (pixels_of(image)[-1, -1, :3] == (4, 5, 6)).all()


def test_images_made_afterwards_are_allocated_as_before() -> None:
    with one_block():
        pass
    with pytest.raises(ValueError, match="contiguous"):
        pixels_of(Image.new("RGB", (3000, 2000)))


def test_sixteen_bit_levels_are_shared() -> None:
    levels = np.arange(6, dtype=np.uint16).reshape(2, 3) * 10_000
    assert (pixels_of(Image.fromarray(levels))[..., 0] == levels).all()
