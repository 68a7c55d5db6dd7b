"""Chroma subsampling: how a file stores it, and what an encoder can write that is no coarser."""

from typing import Any, BinaryIO

from PIL import Image, TiffTags

# How many pixels share one sample of colour, across and down.
Chroma = tuple[int, int]
FULL, HALF_ACROSS, HALF = (1, 1), (2, 1), (2, 2)

# What the encoders are told; none of them writes 4:4:0.
JPEG_OPTIONS = {FULL: 0, HALF_ACROSS: 1, HALF: 2}
AVIF_OPTIONS = {FULL: "4:4:4", HALF_ACROSS: "4:2:2", HALF: "4:2:0"}
HEIF_CHROMA = {422: HALF_ACROSS, 444: FULL}
# The box av1C comes before the pixels; the third byte after its name holds the subsampling (AV1-ISOBMFF 2.3.3).
AVIF_HEADER_BYTES = 65536
MONOCHROME_BIT, ACROSS_BIT, DOWN_BIT = 0b10000, 0b1000, 0b100
TIFF_TAGS = {tag.name: number for number, tag in TiffTags.TAGS_V2.items()}
PHOTOMETRIC, SUBSAMPLING, YCBCR = TIFF_TAGS["PhotometricInterpretation"], TIFF_TAGS["YCbCrSubSampling"], 6


def chroma_of(image: Image.Image, source: BinaryIO) -> Chroma:
    """Return an opened image's chroma subsampling, the finest of several; (1, 1) where every pixel has its colour."""
    if image.format in {"JPEG", "MPO"}:
        return _of_components([component[1:3] for component in image.layer])  # type: ignore[attr-defined]
    if image.format == "TIFF":
        return _of_tiff(image)
    if image.format == "HEIF":
        return HEIF_CHROMA.get(int(image.info.get("chroma") or 0), HALF)
    return _of_avif(source) if image.format == "AVIF" else FULL


def written_chroma(chroma: Chroma) -> Chroma:
    """Return the coarsest subsampling that the encoders can write and that is no coarser than this."""
    across, down = chroma
    if across < 2:
        return FULL
    return HALF if down >= 2 else HALF_ACROSS


def _of_components(factors: list[tuple[int, int]]) -> Chroma:
    """Return it of a JPEG's sampling factors, horizontal and vertical (ITU T.81, A.1.1), the first for brightness."""
    (across, down), *colours = factors
    # A broken file may say 0, which its decoder will refuse.
    shares = [(across // max(other_across, 1), down // max(other_down, 1)) for other_across, other_down in colours]
    return (
        max(min((share for share, _ in shares), default=1), 1),
        max(min((share for _, share in shares), default=1), 1),
    )


def _of_tiff(image: Any) -> Chroma:
    if image.tag_v2.get(PHOTOMETRIC) != YCBCR:
        return FULL
    found = image.tag_v2.get(SUBSAMPLING, HALF)
    is_sound = isinstance(found, tuple) and len(found) == 2 and all(isinstance(share, int) and share for share in found)
    return found if is_sound else FULL


def _of_avif(source: BinaryIO) -> Chroma:
    """Return the finest of the pictures with colour: an AVIF may be a grid of several."""
    source.seek(0)
    boxes = source.read(AVIF_HEADER_BYTES).split(b"av1C")[1:]
    kinds = [box[2] for box in boxes if len(box) > 2 and not box[2] & MONOCHROME_BIT]
    found = [(2 if kind & ACROSS_BIT else 1, 2 if kind & DOWN_BIT else 1) for kind in kinds]
    return min(found, default=HALF)
