"""WebP, BMP and GIF files of every kind."""

import itertools
from collections.abc import Iterator
from functools import partial

import numpy as np

from verification.corpus.bmp_kinds import bmp
from verification.corpus.colour_spaces import DISPLAY_P3
from verification.corpus.file_parts import saved
from verification.decoding.drawing import GREY, OPACITY, SCENE, Sample, picture, shown, turned, with_alpha

RGB_MASKS, ALPHA_MASK = (0xFF0000, 0xFF00, 0xFF), 0xFF000000


def still_samples() -> Iterator[tuple[str, Sample]]:
    """Yield each by its name."""
    yield from _webps()
    yield from _bmps()
    yield from _gifs()
    yield from _icons()


def _webps() -> Iterator[tuple[str, Sample]]:
    kinds = {"lossy": {"quality": 95}, "lossless": {"lossless": True, "exact": True}}
    for (kind, options), (name, shares) in itertools.product(
        kinds.items(), {"rgb": SCENE, "rgb-alpha": with_alpha(SCENE)}.items()
    ):
        yield f"webp-{kind}-{name}", Sample(partial(saved, picture(shares), "WEBP", **options), shown(shares))
    for orientation in range(2, 9):
        stored, exif = turned(orientation)
        yield (
            f"webp-orientation-{orientation}",
            Sample(partial(saved, stored, "WEBP", exif=exif, quality=95), shown(SCENE)),
        )
    wide = picture(DISPLAY_P3.coded(SCENE))
    yield (
        "webp-display-p3",
        Sample(partial(saved, wide, "WEBP", icc_profile=DISPLAY_P3.profile, lossless=True), shown(SCENE)),
    )
    frames = {"save_all": True, "append_images": [picture(SCENE[::-1])], "lossless": True}
    yield "webp-animated", Sample(partial(saved, picture(), "WEBP", **frames))


def _bmps() -> Iterator[tuple[str, Sample]]:
    scene, grey = shown(SCENE), picture(GREY)
    yield "bmp-24-bit", Sample(partial(saved, picture(), "BMP"), scene)
    yield "bmp-8-bit-grey", Sample(partial(saved, grey, "BMP"), shown(GREY))
    yield "bmp-1-bit", Sample(partial(saved, grey.convert("1"), "BMP"))
    yield "bmp-8-bit-palette", Sample(partial(saved, picture().quantize(16), "BMP"))
    levels = np.rint(with_alpha(SCENE) * 255).astype(np.uint8)
    blue_first = np.ascontiguousarray(levels[..., [2, 1, 0, 3]])
    for header_bytes in (56, 108, 124):
        make = partial(bmp, blue_first, (*RGB_MASKS, ALPHA_MASK), header_bytes=header_bytes)
        yield f"bmp-32-bit-alpha-{header_bytes}", Sample(make, shown(with_alpha(SCENE)))
    yield "bmp-32-bit-without-alpha", Sample(partial(bmp, blue_first, (*RGB_MASKS, 0)), scene)
    never_set = np.dstack([blue_first[..., :3], np.zeros_like(blue_first[..., 3])])
    yield "bmp-alpha-never-set", Sample(partial(bmp, never_set, (*RGB_MASKS, ALPHA_MASK), header_bytes=108), scene)
    five = (levels >> 3).astype(np.uint16)
    opaque = np.where(OPACITY > 0.6, 0x8000, 0).astype(np.uint16)[..., 0]
    packed = (five[..., 0] << 10 | five[..., 1] << 5 | five[..., 2])[..., None]
    masks, seen = (0x7C00, 0x3E0, 0x1F), np.dstack([five[..., :3] / 31, opaque > 0])
    make = partial(bmp, packed | opaque[..., None], (*masks, 0x8000), header_bytes=108)
    yield "bmp-5551", Sample(make, shown(seen))
    yield "bmp-555", Sample(partial(bmp, packed, (*masks, 0), header_bytes=108), shown(seen[..., :3]))
    wide = np.rint(DISPLAY_P3.coded(SCENE) * 255).astype(np.uint8)[..., ::-1]
    yield "bmp-with-a-profile", Sample(partial(bmp, wide, (0, 0, 0, 0), profile=DISPLAY_P3.profile), scene)


def _icons() -> Iterator[tuple[str, Sample]]:
    """Yield what has edges of colour at every pixel, and what is no photo."""
    edges = picture(np.random.default_rng(4).random((2, 2, 3)).repeat(8, axis=0).repeat(8, axis=1))
    yield "jpeg-edges-of-colour", Sample(partial(saved, edges, "JPEG", quality=75))
    yield "webp-edges-of-colour", Sample(partial(saved, edges, "WEBP", quality=75))
    yield "svg", Sample(lambda: b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>')
    yield "ppm", Sample(partial(saved, picture(), "PPM"))


def _gifs() -> Iterator[tuple[str, Sample]]:
    few = picture().quantize(64)
    yield "gif", Sample(partial(saved, few, "GIF"))
    yield "gif-grey", Sample(partial(saved, picture(GREY), "GIF"), shown(GREY))
    yield "gif-interlaced", Sample(partial(saved, few, "GIF", interlace=1))
    yield "gif-transparent", Sample(partial(saved, few, "GIF", transparency=3))
    frames = {"save_all": True, "append_images": [picture(SCENE[::-1]).quantize(64)]}
    yield "gif-animated", Sample(partial(saved, few, "GIF", **frames))
    yield "png-animated", Sample(partial(saved, picture(), "PNG", save_all=True, append_images=[picture(SCENE[::-1])]))
    pages = partial(saved, picture(), "TIFF", save_all=True, append_images=[picture(GREY)])
    yield "tiff-of-two-pages", Sample(pages)
