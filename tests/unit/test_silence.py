"""No library writes to standard error, and none lets an error of its own out, whatever a file holds."""

import io
import random
import struct
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from functions.shared.errors import ImageTooLargeError
from functions.validate.inspect_photo import Limits, inspect_photo
from tests.definitions import ROOT
from verification.corpus.file_parts import sound
from verification.corpus.tiff_kinds import BLACK_IS_ZERO, RGB, SHORT, WHITE_IS_ZERO, Layout, Page, file_of, page_of

GREYS = np.broadcast_to(np.arange(40)[None, :, None], (30, 40, 1))
# Under pytest warnings are errors, and what is logged has a reader.
IN_A_PROGRAM = """
import io
from functions.enhance.enhance_photo import enhance_photo
from functions.shared.errors import DarkroomError
from functions.validate.inspect_photo import Limits, inspect_photo
from tests.unit.test_silence import ODD, mangled

for body in [*ODD.values(), *mangled()]:
    try:
        inspect_photo(io.BytesIO(body), size_bytes=1, limits=Limits(10**6, 10**6, 2))
        enhance_photo(io.BytesIO(body), max_pixels=10**6, max_frames=2)
    except DarkroomError:
        pass
"""


def page(layout: Layout, **tags: Any) -> Page:
    made, parts = page_of(
        GREYS.repeat(3 if layout.photometric == RGB else 1, axis=-1).astype(
            np.uint32 if layout.bits == 32 else np.uint8
        ),
        layout,
    )
    return {**made, **{int(name[1:]): value for name, value in tags.items()}}, parts


def with_far_value(tiff: bytes, tag: int) -> bytes:
    """Return a TIFF of two pages in whose last one a tag's values lie behind the end of the file."""
    at = tiff.index(struct.pack("<HHL", tag, SHORT, 3))
    return tiff[: at + 8] + struct.pack("<L", 2**24) + tiff[at + 12 :]


FIRST = page(Layout(BLACK_IS_ZERO))
ODD = {
    "too many samples": file_of([page(Layout(BLACK_IS_ZERO), t277=(SHORT, [515]))], Layout()),
    "a far value": with_far_value(
        file_of([FIRST, page(Layout(BLACK_IS_ZERO), t320=(SHORT, [1, 2, 3]))], Layout()), 320
    ),
    "a broken page": file_of([FIRST, page(Layout(BLACK_IS_ZERO), t258=(SHORT, [77]))], Layout()),
    "a page of a rare kind": file_of([FIRST, page(Layout(WHITE_IS_ZERO, 32))], Layout()),
}


def mangled() -> Iterator[bytes]:
    """Yield files of every format with a few wrong bytes near their start or end."""
    rng = random.Random(7)  # noqa: S311 - the same in every run
    for name in ("TIFF", "PNG", "JPEG", "WEBP", "GIF", "BMP", "AVIF"):
        for _ in range(12):
            body = bytearray(sound(name))
            for _ in range(rng.randint(1, 4)):
                body[rng.choice((1, -1)) * rng.randrange(1, min(len(body), 300))] = rng.randrange(256)
            yield bytes(body)


def test_nothing_is_printed_and_no_error_is_a_librarys() -> None:
    done = subprocess.run([sys.executable, "-c", IN_A_PROGRAM], cwd=ROOT, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", ["a far value", "a broken page", "a page of a rare kind"])
def test_a_page_counts_whether_it_can_be_read_or_not(name: str) -> None:
    facts = inspect_photo(io.BytesIO(ODD[name]), size_bytes=1, limits=Limits(10**6, 10**6, 2))
    assert facts.frames == 2
    with pytest.raises(ImageTooLargeError, match="2 or more frames"):
        inspect_photo(io.BytesIO(ODD[name]), size_bytes=1, limits=Limits(10**6, 10**6, 1))
