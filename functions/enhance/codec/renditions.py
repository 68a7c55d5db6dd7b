"""Renditions: smaller pictures for the web and for lists, made from the enhanced picture without decoding it again."""

import io
from collections.abc import Mapping, Sequence
from typing import Annotated

from PIL import Image, ImageCms, ImageFilter
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from functions.enhance.codec.colour.colours import Colours
from functions.enhance.codec.colour.convert import in_srgb
from functions.enhance.codec.encode import Encoded
from functions.enhance.codec.metadata import Metadata
from functions.enhance.codec.modes import join
from functions.enhance.codec.picture import Picture
from functions.shared.imaging.formats import BY_NAME, RENDITION_FORMATS

# The limit of WebP.
MAX_EDGE_PIXELS = 16383
MAX_RENDITIONS = 8
DEFAULT_QUALITY = 80
# From this quality on, chroma keeps its full resolution.
FINE_QUALITY, FULL_COLOUR, HALF_COLOUR = 90, 0, 2
# Reducing by whole numbers first, down to this many times the size, is faster and not visible.
REDUCING_GAP = 2.0
# Downscaling softens. The radius is in pixels of the rendition; below the threshold, of 255 levels, is only noise.
SHARPENING_FILTER = ImageFilter.UnsharpMask(radius=0.7, percent=40, threshold=2)


def _rendition_format(name: object) -> str:
    wanted = str(name).upper()
    if wanted not in RENDITION_FORMATS:
        *others, last = map(repr, RENDITION_FORMATS)
        raise ValueError(f"a rendition can be {', '.join(others)} or {last}")
    return wanted


class Rendition(BaseModel):
    """One rendition of the setting RENDITIONS; all formats but PNG have a quality from 1 to 100."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")
    longest_edge_pixels: int = Field(ge=16, le=MAX_EDGE_PIXELS)
    format: Annotated[str, BeforeValidator(_rendition_format)]
    quality: int | None = Field(default=None, ge=1, le=100)

    @model_validator(mode="after")
    def _png_has_no_quality(self) -> "Rendition":
        if self.format == "PNG" and self.quality is not None:
            raise ValueError("PNG loses nothing, so leave its quality out")
        return self


def _uniquely_named(renditions: tuple[Rendition, ...]) -> tuple[Rendition, ...]:
    names = [rendition.name for rendition in renditions]
    if twins := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"two renditions share a name: {', '.join(twins)}")
    return renditions


Renditions = Annotated[tuple[Rendition, ...], Field(max_length=MAX_RENDITIONS), AfterValidator(_uniquely_named)]


def make_renditions(
    picture: Picture, metadata: Metadata, colours: Colours, renditions: Sequence[Rendition]
) -> dict[str, Encoded]:
    """Return the renditions of an enhanced picture by name; none is larger than the picture, which
    may be converted meanwhile.

    They are in sRGB and carry no profile: where they are shown, colour management is rare and bytes count. They have
    8 bits, and in a JPEG transparency becomes white.
    """
    if not renditions:
        return {}
    if picture.is_sixteen_bit:
        # Before they are rounded: in 8 bits, linear light has few levels for shadows.
        colours = in_srgb(picture, colours)
    images = picture.in_eight_bits()
    return {wanted.name: _rendition(*images, colours.profile, metadata, wanted) for wanted in renditions}


def _rendition(
    picture: Image.Image, alpha: Image.Image | None, profile: bytes | None, metadata: Metadata, rendition: Rendition
) -> Encoded:
    small, small_alpha = _downscaled(picture, alpha, rendition.longest_edge_pixels)
    colours = _in_srgb(small, profile)
    if small_alpha and rendition.format == "JPEG":
        colours, small_alpha = _on_white(colours, small_alpha), None
    image = join(colours, small_alpha)
    # The conversion leaves a profile here, which the savers would write.
    image.info = {}
    body = io.BytesIO()
    image.save(
        body, rendition.format, exif=metadata.exif_of_srgb(rendition.format, colours.size), **_options(rendition)
    )
    return Encoded(body.getvalue(), rendition.format, BY_NAME[rendition.format].content_type, *colours.size)


def _downscaled(
    picture: Image.Image, alpha: Image.Image | None, longest_edge: int
) -> tuple[Image.Image, Image.Image | None]:
    scale = longest_edge / max(picture.size)
    if scale >= 1:
        return picture, alpha
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    # Together, so that Pillow weights colours by their alpha: invisible colours must not bleed into visible ones.
    small = join(picture, alpha).resize(size, Image.Resampling.LANCZOS, reducing_gap=REDUCING_GAP)
    colours = small if alpha is None else small.convert(picture.mode)
    return colours.filter(SHARPENING_FILTER), (small.getchannel("A") if alpha else None)


def _in_srgb(colours: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile:
        return colours
    srgb = ImageCms.createProfile("sRGB")
    try:
        converted = ImageCms.profileToProfile(
            colours, io.BytesIO(profile), srgb, ImageCms.Intent.RELATIVE_COLORIMETRIC, outputMode="RGB"
        )
    except ImageCms.PyCMSError:
        # Viewers take colours with an unreadable profile for sRGB.
        return colours
    # Pillow returns None only when it converts in place.
    return converted or colours


def _on_white(colours: Image.Image, alpha: Image.Image) -> Image.Image:
    white = Image.new(colours.mode, colours.size, "white")
    white.paste(colours, mask=alpha)
    return white


def _options(rendition: Rendition) -> Mapping[str, int | bool]:
    quality = rendition.quality or DEFAULT_QUALITY
    if rendition.format == "JPEG":
        subsampling = FULL_COLOUR if quality >= FINE_QUALITY else HALF_COLOUR
        return {"quality": quality, "subsampling": subsampling, "progressive": True, "optimize": True}
    if rendition.format == "WEBP":
        return {"quality": quality, "method": 4}
    return {"quality": quality, "speed": 8} if rendition.format == "AVIF" else {"optimize": True}
