"""A picture that stays as it is, in the mode in which its file has it: palettes, few bits, a transparent colour."""

from typing import Any

from PIL import Image

Transpose = Image.Transpose
# What modes.py converts although a PNG can hold it.
MODES, KEYED_MODES = frozenset({"1", "P"}), frozenset({"L", "RGB"})
KEY, FULL_BITS = "transparency", 8
# By orientation, what Pillow calls the turn that makes a picture upright (EXIF 2.32, 4.6.4).
TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}


def as_stored(image: Image.Image, turn: int, bits: int) -> Image.Image | None:
    """Return a loaded image upright, in its own mode; None where the picture that is edited is stored alike.

    `bits` is how many the file has per sample.
    """
    is_keyed = image.mode in KEYED_MODES and KEY in image.info
    if not (is_keyed or image.mode in MODES or (image.mode == "L" and bits < FULL_BITS)):
        return None
    if image.mode == "P" and (image.palette is None or image.palette.mode != "RGB"):
        return None
    return image.transpose(TURNS[turn]) if turn in TURNS else image.copy()


def png_options(image: Image.Image, bits: int) -> dict[str, Any]:
    """Return the options of Pillow's saver that keep an image's transparent colour, and its bits per sample."""
    options: dict[str, Any] = {"bits": bits} if image.mode in {"P", "L"} and bits < FULL_BITS else {}
    key = image.info.get(KEY)
    if image.mode in {"1", "L"} and key is not None:
        # From the scale of the pixels to that of the file (PNG 11.3.2.1).
        key = key * (2 ** min(bits, FULL_BITS) - 1) // 255
    return options if key is None else {**options, KEY: key}
