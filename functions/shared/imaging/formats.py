"""The formats of photos, one row each; all code that treats formats differently reads this table.

Names are Pillow's. Signatures are regular expressions over a file's first bytes, after the formats' specifications, as
https://en.wikipedia.org/wiki/List_of_file_signatures has them. Only the standard library is needed here, so that the
deployment scripts and the functions without Pillow can read the table too.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """One format that Darkroom reads.

    `suffixes` are those of files on a disk; the first is what a copy's name gains when the copy changes its format.
    """

    name: str
    spelled: str
    signature: bytes
    content_type: str
    suffixes: tuple[str, ...]
    copy_format: str = "JPEG"
    """What the enhanced copy becomes: the same format where browsers show it."""
    other_names: tuple[str, ...] = ()
    """What else Pillow calls a file with this signature, once it is open."""
    may_be_rendition: bool = False
    has_header_budget: bool = False
    """Whether reading the header is bounded by pillow_guard's budget."""
    is_read_whole: bool = False
    """Whether the parser wants the whole file in memory."""
    do_pixels_follow: bool = False
    """Whether Pillow opens a file that ends behind its header, so that somebody else has to notice."""
    is_one_photo: bool = False
    """Whether further images in it (stereo pairs, gain maps, bursts) accompany the one photo that a person sees."""
    memory_weight: float = 1.0
    """How many times as much memory a pixel may take as the others' do (`make measure-memory`)."""

    def most_pixels(self, max_pixels: int) -> int:
        """Return how many pixels a photo may have where MAX_PIXELS is the limit of the formats of weight 1."""
        return int(max_pixels / self.memory_weight)

    @property
    def suffix(self) -> str:
        """What a copy's name gains."""
        return self.suffixes[0]


# The first row whose signature fits decides.
FORMATS = (
    Format(
        "JPEG",
        spelled="JPEG",
        signature=rb"\xff\xd8\xff",
        content_type="image/jpeg",
        suffixes=(".jpg", ".jpeg", ".jpe", ".jfif"),
        other_names=("MPO",),
        may_be_rendition=True,
        has_header_budget=True,
        do_pixels_follow=True,
        is_one_photo=True,
    ),
    Format(
        "PNG",
        spelled="PNG",
        signature=rb"\x89PNG\r\n\x1a\n",
        content_type="image/png",
        suffixes=(".png",),
        copy_format="PNG",
        may_be_rendition=True,
        has_header_budget=True,
        do_pixels_follow=True,
    ),
    Format(
        "WEBP",
        spelled="WebP",
        signature=rb"RIFF.{4}WEBP",
        content_type="image/webp",
        suffixes=(".webp",),
        copy_format="WEBP",
        may_be_rendition=True,
        # Written without loss and with alpha: 51 bytes a pixel.
        memory_weight=2.25,
    ),
    # No header budget: Photoshop keeps all layers in a TIFF's header, and Pillow bounds that by the size of the file.
    Format(
        "TIFF",
        spelled="TIFF",
        signature=rb"II\*\x00|MM\x00\*|II\+\x00|MM\x00\+",
        content_type="image/tiff",
        suffixes=(".tif", ".tiff"),
    ),
    Format(
        "BMP",
        spelled="BMP",
        # The size of the second header makes two letters, which any text may start with, a signature.
        signature=rb"BM.{12}[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\x00\x00\x00",
        content_type="image/bmp",
        suffixes=(".bmp",),
        has_header_budget=True,
    ),
    Format(
        "GIF",
        spelled="GIF",
        signature=rb"GIF8[79]a",
        content_type="image/gif",
        suffixes=(".gif",),
        copy_format="PNG",
        do_pixels_follow=True,
    ),
    Format(
        "AVIF",
        spelled="AVIF",
        # Generic brands say nothing of the codec, so the list of compatible brands has to.
        signature=rb".{4}ftyp(?:avif|avis|(?:mif1|msf1).{4}(?:.{4})*?(?:avif|avis))",
        content_type="image/avif",
        suffixes=(".avif",),
        copy_format="AVIF",
        may_be_rendition=True,
        is_read_whole=True,
        # Its encoder keeps pictures of 16 bits: 30 bytes a pixel, 43 with alpha.
        memory_weight=2.25,
    ),
    Format(
        "HEIF",
        spelled="HEIC",
        signature=rb".{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)",
        content_type="image/heic",
        suffixes=(".heic", ".heif"),
        is_read_whole=True,
        is_one_photo=True,
    ),
)
BY_NAME = {name: row for row in FORMATS for name in (row.name, *row.other_names)}
BY_SUFFIX = {suffix: row for row in FORMATS for suffix in row.suffixes}
JPEGS = frozenset(name for name, row in BY_NAME.items() if row.name == "JPEG")
"""Pillow's names for a JPEG, alone or followed by more pictures, as phones make it."""
COPY_SUFFIXES = frozenset(BY_NAME[row.copy_format].suffix for row in FORMATS)
RENDITION_FORMATS = tuple(row.name for row in FORMATS if row.may_be_rendition)

# Many raw files begin like a TIFF, so this is tried first.
CAMERA_RAW = rb"II\*\x00.{4}CR|IIU\x00|IIR[OS]|MMOR|FUJIFILMCCD-RAW|FOVb|.{4}ftypcrx "
# What people upload by mistake, for a message that says what it is.
NOT_READ = (
    ("a PDF document", rb"%PDF"),
    ("an SVG drawing", rb"\s*(?:<[?!].{,400})?<svg"),
    ("a web page", rb"(?i:\s*<(?:!doctype )?html)"),
    ("a Photoshop document", rb"8BPS"),
    ("a JPEG XL photo", rb"\xff\x0a|\x00\x00\x00\x0cJXL "),
    ("a JPEG 2000 photo", rb"\x00\x00\x00\x0cjP|\xff\x4f\xff\x51"),
    ("an icon", rb"\x00\x00[\x01\x02]\x00"),
    ("an archive or an office document", rb"PK\x03\x04|\x1f\x8b|Rar!|7z\xbc\xaf"),
    ("a sound or a video", rb".{4}ftyp|RIFF.{4}(?:AVI |WAVE)|\x1a\x45\xdf\xa3|OggS|ID3|\x00\x00\x01[\xb3\xba]"),
)
