"""The processing chains whose time and memory are compared: each takes and returns the bytes of a JPEG.

As a program, `python -m tools.benchmark.chains PHOTO ROUNDS` prints the seconds of each chain in each round as JSON,
and `... PHOTO --memory CHAIN` a chain's peak memory in bytes, less what the idle interpreter takes.
"""

import argparse
import importlib.util
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from functions.enhance.enhance_photo import enhance_photo
from tools.benchmark.peak_memory import children_peak_bytes, process_peak_bytes
from tools.benchmark.peers import IMAGEMAGICK
from tools.benchmark.scores import DARKROOM
from verification.decoding.imagemagick import imagemagick

BASELINE = "decode + encode"
QUALITY = 85
MAX_PIXELS = 100_000_000


def baseline(body: bytes) -> bytes:
    """Only decode and encode."""
    return _encoded(_decoded(body))


def darkroom(body: bytes) -> bytes:
    """Run what the Lambda runs."""
    return enhance_photo(io.BytesIO(body), max_pixels=MAX_PIXELS).body


def autocontrast(body: bytes) -> bytes:
    """Stretch the contrast alone."""
    return _encoded(ImageOps.autocontrast(_decoded(body), preserve_tone=True))


def pillow_recipe(body: bytes) -> bytes:
    """Apply contrast, colour and sharpness, as most Pillow recipes do."""
    image = ImageEnhance.Color(ImageOps.autocontrast(_decoded(body), preserve_tone=True)).enhance(1.1)
    return _encoded(image.filter(ImageFilter.UnsharpMask(radius=1, percent=60)))


def opencv_clahe(body: bytes) -> bytes:
    """Equalise L* locally, from decoding to encoding in OpenCV."""
    bgr = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR)
    lab = cv2.cvtColor(np.asarray(bgr), cv2.COLOR_BGR2LAB)
    lab[..., 0] = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8)).apply(lab[..., 0])
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(lab, cv2.COLOR_LAB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return bytes(encoded)


def libvips(body: bytes) -> bytes:
    """Stretch the contrast and sharpen, from decoding to encoding in libvips."""
    import pyvips  # noqa: PLC0415 - comes with the dependency group `dev`

    image = pyvips.Image.new_from_buffer(body, "").copy_memory()
    grey = image.colourspace("b-w")
    black, white = grey.percent(0.1), grey.percent(99.9)
    gain = 255 / max(white - black, 1)
    stretched = image.linear(gain, -black * gain, uchar=True)
    return bytes(stretched.sharpen().jpegsave_buffer(Q=QUALITY))


def imagemagick_auto_gamma(body: bytes) -> bytes:
    """Move the mean to the middle, in a process of ImageMagick."""
    command = [imagemagick(), "jpeg:-", "-auto-gamma", "-quality", str(QUALITY), "jpeg:-"]
    return subprocess.run(command, input=body, capture_output=True, check=True).stdout


@cache
def chains() -> dict[str, Callable[[bytes], bytes]]:
    """Return the chains that can run on this machine, by display name."""
    found: dict[str, Callable[[bytes], bytes]] = {
        BASELINE: baseline,
        DARKROOM: darkroom,
        "Pillow autocontrast": autocontrast,
        "Pillow autocontrast + Color + UnsharpMask": pillow_recipe,
        "OpenCV CLAHE": opencv_clahe,
    }
    if importlib.util.find_spec("pyvips"):
        found["libvips stretch + sharpen"] = libvips
    return found | ({IMAGEMAGICK: imagemagick_auto_gamma} if imagemagick() else {})


def _decoded(body: bytes) -> Image.Image:
    with Image.open(io.BytesIO(body)) as image:
        image.load()
        return image


def _encoded(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=QUALITY)
    return target.getvalue()


def seconds_per_round(body: bytes, rounds: int) -> dict[str, list[float]]:
    """Run all chains in turn, `rounds` times, so that a slow machine slows them all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in chains()}
    for _ in range(rounds):
        for name, chain in chains().items():
            start = time.perf_counter()
            chain(body)
            seconds[name].append(time.perf_counter() - start)
    return seconds


def peak_bytes(body: bytes, name: str) -> int:
    """Return by how much a chain raises this process's peak, or the peak of its own process.

    Only the first call in a process is meaningful.
    """
    chain, before = chains()[name], process_peak_bytes()
    chain(body)
    return process_peak_bytes() - before if name != IMAGEMAGICK else children_peak_bytes()


def main() -> None:
    """Print the measurement as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("photo", type=Path)
    parser.add_argument("rounds", type=int, nargs="?", default=1)
    parser.add_argument("--memory", choices=chains())
    options = parser.parse_args()
    body = options.photo.read_bytes()
    measured = peak_bytes(body, options.memory) if options.memory else seconds_per_round(body, options.rounds)
    sys.stdout.write(json.dumps(measured))


if __name__ == "__main__":
    main()
