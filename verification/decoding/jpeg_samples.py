"""JPEGs of every kind of colours, sampling, profile and orientation."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import simplejpeg
from PIL import ExifTags, Image

from verification.corpus.cmyk_profile import cmyk_profile
from verification.corpus.colour_spaces import ADOBE_RGB, DISPLAY_P3, PROPHOTO_RGB, SRGB
from verification.corpus.file_parts import saved
from verification.corpus.table_profile import turning
from verification.decoding.drawing import GREY, SCENE, Sample, picture, shown, turned

SAMPLINGS = {"444": 0, "422": 1, "420": 2}
FINE = {"quality": 95}
UNCALIBRATED = 0xFFFF


def jpeg_samples() -> Iterator[tuple[str, Sample]]:
    """Yield each by its name."""
    scene = shown(SCENE)
    for name, sampling in SAMPLINGS.items():
        for kind, options in (("", {}), ("-progressive", {"progressive": True}), ("-quality-30", {"quality": 30})):
            make = partial(saved, picture(), "JPEG", subsampling=sampling, **{**FINE, **options})
            yield f"jpeg-{name}{kind}", Sample(make, scene if "quality" not in options else None)
    for sampling_name in ("440", "411"):
        yield f"jpeg-{sampling_name}", Sample(partial(_turbo, "rgb", sampling_name), scene)
    yield "jpeg-grey", Sample(partial(saved, picture(GREY), "JPEG", **FINE), shown(GREY))
    yield "jpeg-grey-progressive", Sample(partial(saved, picture(GREY), "JPEG", progressive=True), shown(GREY))
    yield "jpeg-rgb", Sample(partial(saved, picture(), "JPEG", keep_rgb=True, **FINE), scene)
    yield "jpeg-with-restarts", Sample(partial(saved, picture(), "JPEG", restart_marker_blocks=3, **FINE), scene)
    yield "jpeg-and-a-second-picture", Sample(_pair, scene)
    for orientation in range(2, 9):
        stored, exif = turned(orientation)
        for name, sampling in SAMPLINGS.items():
            make = partial(saved, stored, "JPEG", exif=exif, subsampling=sampling, **FINE)
            yield f"jpeg-{name}-orientation-{orientation}", Sample(make, scene)
    yield from _in_other_spaces()
    yield from _of_inks()


def _in_other_spaces() -> Iterator[tuple[str, Sample]]:
    for name, space in {"display-p3": DISPLAY_P3, "adobe-rgb": ADOBE_RGB, "prophoto": PROPHOTO_RGB}.items():
        make = partial(saved, picture(space.coded(SCENE)), "JPEG", icc_profile=space.profile, **FINE)
        yield f"jpeg-{name}", Sample(make, shown(SCENE))
    exif = Image.Exif()
    exif[ExifTags.IFD.Exif] = {ExifTags.Base.ColorSpace: UNCALIBRATED, ExifTags.IFD.Interop: {1: "R03"}}
    marked = partial(saved, picture(ADOBE_RGB.coded(SCENE)), "JPEG", exif=exif.tobytes(), **FINE)
    yield "jpeg-marked-as-adobe-rgb", Sample(marked, shown(SCENE))
    table = turning(SRGB.profile)
    of_table = partial(saved, picture(SCENE[..., [2, 0, 1]]), "JPEG", icc_profile=table, **FINE)
    yield "jpeg-by-a-table-as-xyb", Sample(of_table, shown(SCENE))
    grey_profile = partial(saved, picture(), "JPEG", icc_profile=cmyk_profile(), **FINE)
    yield "jpeg-with-a-profile-for-inks", Sample(grey_profile, shown(SCENE))


def _of_inks() -> Iterator[tuple[str, Sample]]:
    inks = picture().convert("CMYK")
    yield "jpeg-cmyk", Sample(partial(saved, inks, "JPEG", **FINE))
    yield "jpeg-cmyk-by-profile", Sample(partial(saved, inks, "JPEG", icc_profile=cmyk_profile(), **FINE))
    yield "jpeg-ycck", Sample(partial(_turbo, "cmyk", "444"))
    yield "jpeg-ycck-420", Sample(partial(_turbo, "cmyk", "420"))


def _turbo(colours: str, sampling: str) -> bytes:
    """Return the scene as libjpeg-turbo makes it: CMYK becomes YCCK, the inks inverted as Adobe has them."""
    levels = np.asarray(picture() if colours == "rgb" else picture().convert("CMYK"))
    levels = levels if colours == "rgb" else 255 - levels
    body: bytes = simplejpeg.encode_jpeg(np.ascontiguousarray(levels), 95, colours, sampling)
    return body


def _pair() -> bytes:
    return saved(picture(), "MPO", save_all=True, append_images=[picture(GREY)], **FINE)
