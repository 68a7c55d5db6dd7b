"""`make fuzz`: atheris changes sound and malicious files until one lets another error out than Darkroom's own.

What it finds lies in build/fuzz as crash-*, oom-* or timeout-*; `--replay FILE` runs one again. A find becomes a line
in verification/corpus/corpus.py.
"""

import argparse
import io
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["PIL", "functions"]):
    from functions.enhance.codec.buffer_pool import buffer_pool
    from functions.enhance.codec.extras.extras import extras_of
    from functions.enhance.codec.metadata import metadata_of
    from functions.enhance.codec.picture import load
    from functions.enhance.codec.pixels import one_block
    from functions.shared.errors import DarkroomError
    from functions.shared.imaging.images import decoding, displayed_size, open_image

from darkroom.packaging.repository import BUILD
from verification.corpus.corpus import corpus

FOLDER = BUILD / "fuzz"
SEEDS = FOLDER / "seeds"
MAX_SEED_BYTES = 20_000
MAX_PIXELS = 1_000_000
# One with a limit of EXIF, and one without.
FORMATS = ("JPEG", "PNG")
# Of one input: as much as validate has, and as long as nobody should wait for a header.
MEMORY_MEGABYTES, TIMEOUT_SECONDS = 1024, 15


def read_photo(data: bytes) -> None:
    """Read all that Darkroom reads of a file: header, size, what else is in it, pixels, metadata; write the metadata.

    Lets only other people's errors out.
    """
    try:
        source = io.BytesIO(data)
        again = partial(open_image, source, max_pixels=MAX_PIXELS)
        with one_block(), buffer_pool() as pool, again() as image:
            displayed_size(image)
            extras_of(image, source, again, max_frames=1)
            with decoding():
                load(image, source, pool)
            displayed_size(image)
            metadata = metadata_of(image, source)
            for name in FORMATS:
                metadata.options(name, image.size)
                metadata.exif_of_srgb(name, image.size)
    except DarkroomError:
        return


def main() -> None:
    """Fuzz for some seconds, or replay a find."""
    parser = argparse.ArgumentParser(prog="python -m verification.fuzz")
    parser.add_argument("--seconds", type=int, default=60, help="how long (default: %(default)s)")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="a file of build/fuzz")
    options = parser.parse_args()
    if options.replay:
        read_photo(options.replay.read_bytes())
    else:
        fuzz(read_photo, options.seconds)


def fuzz(target: Callable[[bytes], None], seconds: int) -> None:
    """Hand the seeds to libFuzzer; it ends the process, with a status other than 0 where it found something."""
    write_seeds()
    limits = [f"-max_total_time={seconds}", f"-rss_limit_mb={MEMORY_MEGABYTES}", f"-timeout={TIMEOUT_SECONDS}"]
    atheris.Setup([sys.argv[0], str(SEEDS), *limits, f"-artifact_prefix={FOLDER}/", "-print_final_stats=1"], target)
    atheris.Fuzz()


def write_seeds() -> None:
    """Write the small files of the corpus; what earlier runs found interesting stays beside them."""
    SEEDS.mkdir(parents=True, exist_ok=True)
    for name, make in corpus().items():
        seed = SEEDS / name
        if not seed.exists() and len(data := make()) <= MAX_SEED_BYTES:
            seed.write_bytes(data)


if __name__ == "__main__":
    main()
