"""`python -m verification.corpus.noticed_damage [FILES]`: which share of damage inside pixels is noticed.

Damages pictures that it makes itself, or your own files, behind the first tenth of their bytes. For each kind: how many
decode to other pixels than the sound file does, or not at all; and of these, how many Pillow's decoder refuses, and how
many Darkroom does.
"""

import argparse
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from functions.enhance.codec.buffer_pool import buffer_pool
from functions.enhance.codec.picture import load
from functions.enhance.codec.pixels import one_block
from functions.shared.errors import DarkroomError
from functions.shared.imaging.images import decoding, open_image
from verification.corpus.boxes import HEIC
from verification.corpus.file_parts import saved

MAX_PIXELS, TRIES, HEADER_SHARE = 10**8, 8, 0.1
CUTS = (0.1, 0.25, 0.5, 0.75, 0.9, 0.99)
HOLES = (16, 64, 512, 4096)


@dataclass
class Tally:
    """How many damaged files differ from the sound one, and how many of those are refused."""

    differ: int = 0
    by_decoder: int = 0
    by_darkroom: int = 0


def pixels_of(data: bytes, *, is_strict: bool) -> bytes | None:
    """Return a file's pixels; None where it is refused, by Darkroom (strict) or by Pillow's decoder alone."""
    source = io.BytesIO(data)
    try:
        with one_block(), buffer_pool() as pool, open_image(source, max_pixels=MAX_PIXELS) as image, decoding():
            if is_strict:
                load(image, source, pool)
            image.load()
            return image.tobytes()
    except DarkroomError:
        return None


def damaged(sound: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the kind of each damage, and the file that has it."""
    random = np.random.default_rng(1)
    for share in CUTS:
        yield "cut short", sound[: int(len(sound) * share)]
    for at in random.integers(int(len(sound) * HEADER_SHARE), len(sound), TRIES):
        yield "one bit changed", sound[:at] + bytes([sound[at] ^ 1 << random.integers(8)]) + sound[at + 1 :]
    for size in HOLES:
        first = int(len(sound) * HEADER_SHARE)
        for at in random.integers(first, max(first + 1, len(sound) - size), TRIES if size < len(sound) else 0):
            yield f"{size} zeros", sound[:at] + bytes(size) + sound[at + size :]
            yield f"{size} other bytes", sound[:at] + random.bytes(size) + sound[at + size :]


def tally(sound: bytes) -> dict[str, Tally]:
    """Return a tally for each kind of damage to a sound file."""
    pixels, kinds = pixels_of(sound, is_strict=True), dict[str, Tally]()
    if pixels is None:
        raise SystemExit("A sound file is refused.")
    for kind, data in damaged(sound):
        lax, row = pixels_of(data, is_strict=False), kinds.setdefault(kind, Tally())
        if lax != pixels:
            row.differ += 1
            row.by_decoder += lax is None
            row.by_darkroom += lax is None or pixels_of(data, is_strict=True) is None
    return kinds


def scene() -> Image.Image:
    """Return a picture with smooth parts, edges and grain."""
    down, across = np.mgrid[0:480, 0:640]
    levels = np.stack([across / 3, down / 2.5, (across + down) / 6], -1)
    levels[(across - 400) ** 2 + (down - 200) ** 2 < 100**2] = (217, 115, 64)
    grain = np.random.default_rng(1).normal(0, 4, levels.shape)
    return Image.fromarray((levels + grain).clip(0, 255).astype(np.uint8))


def own_files() -> dict[str, bytes]:
    """Return a file of each format without checksums, by name."""
    image = scene().crop((300, 100, 620, 340))
    return {
        "JPEG": saved(image, "JPEG", quality=90),
        "WebP": saved(image, "WEBP", quality=90),
        "WebP lossless": saved(image, "WEBP", lossless=True, method=2),
        "AVIF": saved(image, "AVIF", quality=70, speed=9),
        "HEIC": HEIC,
    }


def main() -> None:
    """Print a table of kinds of damage."""
    parser = argparse.ArgumentParser(prog="python -m verification.corpus.noticed_damage")
    parser.add_argument("files", nargs="*", type=Path)
    files = {path.name: path.read_bytes() for path in parser.parse_args().files} or own_files()
    print("| file | damage | differ | the decoder refuses | Darkroom refuses |\n|---|---|---|---|---|")
    for name, sound in files.items():
        for kind, row in tally(sound).items():
            print(f"| {name} | {kind} | {row.differ} | {row.by_decoder} | {row.by_darkroom} |", flush=True)


if __name__ == "__main__":
    main()
