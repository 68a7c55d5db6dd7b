"""Reads files by ImageMagick 6 or 7, where it is installed: `apt install imagemagick`."""

import re
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from verification.corpus.file_parts import srgb
from verification.decoding.readings import Reader, Reading, UnreadError, reading

TIMEOUT_SECONDS = 60
# How each picture is shown: upright, its profile's colours as sRGB's, sixteen bits, always with alpha; and without its
# comment, which would come into the header.
SHOWN = ("+set", "comment", "-auto-orient", "-intent", "Relative", "-black-point-compensation", "-profile")
WRITTEN = ("-colorspace", "sRGB", "-type", "TrueColorMatte", "-depth", "16", "pam:-")
PAM_HEADER = re.compile(rb"P7\nWIDTH (\d+)\nHEIGHT (\d+)\nDEPTH 4\nMAXVAL 65535\nTUPLTYPE RGB_ALPHA\nENDHDR\n")


@cache
def imagemagick() -> str:
    """Return the path of ImageMagick, or an empty text: other programs are called `convert` too."""
    paths = filter(None, map(shutil.which, ("magick", "convert")))
    return next((path for path in paths if version(path)), "")


@cache
def version(path: str) -> str:
    """Return the version of the ImageMagick at a path; empty for another program."""
    done = subprocess.run([path, "-version"], capture_output=True, text=True, check=False, timeout=20)
    found = re.match(r"Version: ImageMagick (\S+)", done.stdout)
    return found[1] if found else ""


def read(body: bytes) -> Reading:
    """Return the first picture of a file, its colours converted by its profile (relative colorimetric)."""
    with tempfile.TemporaryDirectory() as folder:
        photo, profile, depth = (Path(folder, name) for name in ("photo", "srgb.icc", "depth"))
        photo.write_bytes(body)
        profile.write_bytes(srgb())
        command = [imagemagick(), f"{photo}[0]", "-format", "%z", "-write", f"info:{depth}", *SHOWN, str(profile)]
        done = subprocess.run([*command, *WRITTEN], capture_output=True, check=False, timeout=TIMEOUT_SECONDS)
        header = PAM_HEADER.match(done.stdout)
        if done.returncode or not header:
            raise UnreadError(done.stderr.decode(errors="replace").split("\n")[0].replace(f"{folder}/", ""))
        is_deep = int(depth.read_text()) > 8
    width, height = map(int, header.groups())
    samples = np.frombuffer(done.stdout, ">u2", offset=header.end()).astype(np.uint16)
    return reading(samples.reshape(height, width, 4), is_deep=is_deep)


def installed() -> list[Reader]:
    """Return ImageMagick, or nothing where it is not installed."""
    return [Reader("ImageMagick", version(imagemagick()), read)] if imagemagick() else []
