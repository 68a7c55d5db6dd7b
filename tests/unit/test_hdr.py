"""HDR, which PNG, HEIF and AVIF name by code points, is rendered to the range of a display, and the record says so."""

import io
import struct

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from functions.enhance.codec.colour import primaries
from functions.enhance.codec.colour.colours import Colours
from functions.enhance.codec.colour.hdr import WHITE, Hdr, hlg_light, pq_light, render_for_display
from functions.enhance.codec.colour.icc_writer import display_p3
from functions.enhance.codec.dropped import dropped_from
from functions.enhance.codec.origin import origin_of
from functions.enhance.codec.picture import Picture
from functions.enhance.srgb import to_linear
from functions.shared.imaging.images import open_image
from tests.definitions import ROOT
from tests.unit.colour_files import as_shown, cicp, difference, png, through
from tests.unit.enhance_scenes import encoded, landscape, photo

Values = NDArray[np.float64]
NITS = np.geomspace(0.01, 10_000, 4000)


def pq(nits: Values) -> Values:
    """SMPTE ST 2084."""
    root = (np.maximum(nits, 0) / 10_000) ** 0.1593017578125
    return np.asarray(((0.8359375 + 18.8515625 * root) / (1 + 18.6875 * root)) ** 78.84375)


def hlg(nits: Values) -> Values:
    """Return HLG for what a display of 1,000 cd/m2 shows: the inverse OOTF, then the OETF (ITU-R BT.2100-2)."""
    luminance = nits @ [0.2627, 0.6780, 0.0593]
    scene = nits / 1000 * (np.maximum(luminance, 1e-9) / 1000)[..., None] ** (1 / 1.2 - 1)
    high = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
    return np.where(scene <= 1 / 12, np.sqrt(3 * np.maximum(scene, 0)), high).clip(0, 1)


def nits_of(shown: Values) -> Values:
    """Return the light, in BT.2020, of what sRGB shows, its white as bright as ITU-R BT.2408 has it."""
    matrix = np.linalg.solve(primaries.BT2020.to_xyz(), primaries.SRGB.to_xyz())
    return np.asarray(WHITE * (to_linear(shown) @ matrix.T).clip(0))


CURVES = {"PQ": (16, pq), "HLG": (18, hlg)}


def scene() -> Values:
    return landscape()[:160, :240]


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("curve", CURVES)
def test_what_a_display_can_show_keeps_its_look(curve: str, bits: int) -> None:
    number, code = CURVES[curve]
    copy = through(png(code(nits_of(scene())), cicp(9, number), bits=bits))
    if bits == 8:
        assert difference(as_shown(copy.body), scene()) < 1.5
    assert copy.dropped == (
        f"The HDR colours ({curve}) were rendered to the range of a display (ITU-R BT.2390, EETF).",
    )
    assert Image.open(io.BytesIO(copy.body)).info["icc_profile"] == display_p3()


def rendered(nits: Values, curve: str = "PQ") -> Values:
    """Return the light, 1 for a display's white, of greys of this light, after 16-bit levels were rendered."""
    levels = np.rint(pq(nits) * 65535).astype(np.uint16).reshape(1, -1, 1).repeat(3, axis=2)
    render_for_display(levels, Hdr(curve, primaries.BT2020))
    assert np.abs(levels.astype(int) - levels[..., :1]).max() < 40
    return to_linear(levels[0, :, 1] / 65535)


@pytest.mark.parametrize("peak", [1000, 4000, 10_000])
def test_highlights_are_compressed_by_the_curve_of_bt_2390(peak: int) -> None:
    nits = NITS[peak >= NITS]
    shown = rendered(nits)
    top, white = float(pq(np.array(float(peak)))), float(pq(np.array(WHITE)))
    knee = 1.5 * white / top - 0.5
    coded = pq(nits) / top
    # Below the knee nothing changes; the brightest is white; in between it rises, ever slower.
    assert np.allclose(shown[coded < knee] * WHITE, nits[coded < knee], rtol=0.01, atol=0.02)
    assert shown[-1] > 0.98
    assert (np.diff(shown) >= -1e-4).all()
    along = (0.5 + 0.5 * knee - knee) / (1 - knee)
    middle = (2 * along**3 - 3 * along**2 + 1) * knee + (along**3 - 2 * along**2 + along) * (1 - knee)
    middle += (3 * along**2 - 2 * along**3) * white / top
    found = float(np.interp(0.5 + 0.5 * knee, coded, pq(shown * WHITE) / top))
    assert found == pytest.approx(middle, abs=0.003)


def test_a_picture_without_highlights_is_not_compressed() -> None:
    nits = NITS[NITS <= WHITE]
    assert np.allclose(rendered(nits) * WHITE, nits, rtol=0.01, atol=0.02)


def test_a_few_brilliant_pixels_do_not_dim_the_picture() -> None:
    nits = np.append(np.full(9999, 150.0), 10_000.0)
    assert rendered(nits)[:-1] * WHITE == pytest.approx(150, rel=0.01)


def test_the_hue_of_highlights_stays() -> None:
    colours = np.array([[[1000.0, 500.0, 250.0], [100.0, 50.0, 25.0]]])
    levels = np.rint(pq(colours) * 65535).astype(np.uint16)
    render_for_display(levels, Hdr("PQ", primaries.DISPLAY_P3))
    bright, dark = to_linear(levels[0] / 65535)
    assert bright / bright.max() == pytest.approx(dark / dark.max(), abs=0.01)


def test_curves_are_those_of_bt_2100() -> None:
    assert pq_light(np.array([0.0, 0.508078, 0.580689, 0.751827, 1.0])) == pytest.approx(
        [0, 100, 203, 1000, 10_000], rel=2e-3
    )
    assert hlg_light(np.array([0.0, 0.5, 0.75, 1.0])) == pytest.approx([0, 1 / 12, 0.26496, 1], abs=1e-4)


@pytest.mark.parametrize("source", ["HEIF", "AVIF"])
@pytest.mark.parametrize(("number", "curve"), [(16, "PQ"), (18, "HLG")])
def test_hdr_of_heif_and_avif_is_rendered(source: str, number: int, curve: str) -> None:
    """As sRGB, the same numbers are shown as they are; as HDR they are other light."""
    heic = ROOT / "tests" / "data" / "turned.heic"
    body = heic.read_bytes() if source == "HEIF" else encoded(photo(landscape()[:160, :240]), "AVIF")
    plain, marked = as_shown(through(body).body), through(_marked(body, number))
    assert difference(as_shown(marked.body), plain) > 4
    assert curve in marked.dropped[0]


def _marked(body: bytes, number: int) -> bytes:
    before = b"colrnclx" + struct.pack(">2H", 1, 13)
    assert body.count(before) == 1
    return body.replace(before, b"colrnclx" + struct.pack(">2H", 9, number))


def test_grey_hdr_is_rendered() -> None:
    grey = scene().mean(axis=-1)
    copy = through(png(pq(WHITE * to_linear(grey)), cicp(9, 16)))
    image = Image.open(io.BytesIO(copy.body))
    assert (image.mode, "icc_profile" in image.info) == ("L", False)
    assert difference(np.asarray(image) / 255, grey) < 1


def test_the_depth_that_a_heic_or_avif_loses_is_said() -> None:
    body = encoded(photo(scene()), "AVIF")
    assert through(body).dropped == ()
    at = body.index(b"av1C") + 6
    for flags, bits in ((0b1000000, 10), (0b1100000, 12)):
        deep = io.BytesIO(body[:at] + bytes([body[at] | flags]) + body[at + 1 :])
        with open_image(io.BytesIO(body), max_pixels=10**6) as image:
            origin = origin_of(image, deep)
        picture = Picture(np.zeros((1, 1, 3), np.uint8), None)
        said = dropped_from(origin, Colours(), picture)
        assert [remark.sentence for remark in said] == [f"The original has {bits} bits per sample, the copy 8."]
