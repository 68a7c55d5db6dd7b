"""The chains whose time and memory are compared: each takes a JPEG's bytes and gives another JPEG's.

As a program, `python -m darkroom.bench.chains PHOTO ROUNDS` prints the seconds of each chain in each round as JSON, and
`python -m darkroom.bench.chains PHOTO --memory CHAIN` the bytes that a chain takes at its peak over the interpreter's.
"""

import argparse
import io
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from darkroom.bench.scores import DARKROOM
from functions.enhance.core import enhance_photo

FLOOR = "decode + encode"
QUALITY = 85
MAX_PIXELS = 100_000_000


def floor(body: bytes) -> bytes:
    """Decode and encode, and nothing between."""
    return _encoded(_decoded(body))


def darkroom(body: bytes) -> bytes:
    """Run what the Lambda runs."""
    return enhance_photo(io.BytesIO(body), max_pixels=MAX_PIXELS).body


def autocontrast(body: bytes) -> bytes:
    """Stretch the contrast alone."""
    return _encoded(ImageOps.autocontrast(_decoded(body), preserve_tone=True))


def usual_chain(body: bytes) -> bytes:
    """Contrast, colour and sharpness, as most Pillow recipes have it."""
    image = ImageEnhance.Color(ImageOps.autocontrast(_decoded(body), preserve_tone=True)).enhance(1.1)
    return _encoded(image.filter(ImageFilter.UnsharpMask(radius=1, percent=60)))


def opencv_clahe(body: bytes) -> bytes:
    """Equalise L* locally, from decoding to encoding in OpenCV."""
    bgr = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR)
    lab = cv2.cvtColor(np.asarray(bgr), cv2.COLOR_BGR2LAB)
    lab[..., 0] = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8)).apply(lab[..., 0])
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(lab, cv2.COLOR_LAB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return bytes(encoded)


CHAINS: dict[str, Callable[[bytes], bytes]] = {
    FLOOR: floor,
    DARKROOM: darkroom,
    "Pillow autocontrast": autocontrast,
    "Pillow autocontrast + Color + UnsharpMask": usual_chain,
    "OpenCV CLAHE": opencv_clahe,
}


def _decoded(body: bytes) -> Image.Image:
    with Image.open(io.BytesIO(body)) as image:
        image.load()
        return image


def _encoded(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=QUALITY)
    return target.getvalue()


def seconds_per_round(body: bytes, rounds: int) -> dict[str, list[float]]:
    """Run all chains one after another, `rounds` times, so that what slows the machine slows them all."""
    taken: dict[str, list[float]] = {name: [] for name in CHAINS}
    for _ in range(rounds):
        for name, chain in CHAINS.items():
            start = time.perf_counter()
            chain(body)
            taken[name].append(time.perf_counter() - start)
    return taken


def peak_bytes(body: bytes, name: str) -> int:
    """Return by how much a chain raises this process's peak; only the first call in a process tells."""
    before = _peak()
    CHAINS[name](body)
    return _peak() - before


def _peak() -> int:
    status = Path("/proc/self/status")
    if status.exists():
        # Linux lets ru_maxrss begin at the peak of the process that started this one.
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024
    unit_bytes = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit_bytes


def main() -> None:
    """Print the answer as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("photo", type=Path)
    parser.add_argument("rounds", type=int, nargs="?", default=1)
    parser.add_argument("--memory", choices=CHAINS)
    options = parser.parse_args()
    body = options.photo.read_bytes()
    answer = peak_bytes(body, options.memory) if options.memory else seconds_per_round(body, options.rounds)
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
