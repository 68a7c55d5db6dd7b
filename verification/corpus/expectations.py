"""What must become of which file: those over a limit are refused for it, those that are sound come out."""

from verification.corpus.damage import DAMAGED
from verification.corpus.file_parts import MEGABYTE, Make, sound
from verification.corpus.heif_companions import HEIF_COMPANIONS
from verification.corpus.jpeg_companions import JPEG_COMPANIONS
from verification.corpus.metadata_faults import FAULTS
from verification.corpus.unread_kinds import UNREAD
from verification.corpus.valid_files import LEGAL
from verification.corpus.value_costs import SIZES

# One for MAX_BYTES; the other limits have theirs among the bombs, directories, metadata and shapes.
LIMITS: dict[str, Make] = {"jpeg-of-101-megabytes": lambda: sound("JPEG") + bytes(101 * MEGABYTE)}
CORRUPT, UNSUPPORTED = frozenset(DAMAGED), frozenset(UNREAD)
TOO_LARGE = frozenset({
    "jpeg-of-101-megabytes",
    "png-of-a-gigapixel", "png-just-over-the-limit", "png-of-2-to-the-31", "gif-canvas-bomb", "webp-canvas-bomb",
    "bmp-of-a-gigapixel", "jpeg-of-65500-squared", "tiff-of-4-gigapixels", "avif-of-4-gigapixels",
    "heic-of-4-gigapixels",
    "png-text-bomb", "png-international-text-bomb", "png-profile-bomb", "png-many-text-bombs",
    "tiff-of-23-million-strips", "tiff-of-a-million-strips", "tiff-of-rationals", "tiff-of-signed-bytes",
    "tiff-that-overlaps", "jpeg-of-300-exif-segments", "jpeg-of-a-million-crumbs",
    "avif-orientation-of-40-megabytes-of-rationals", "avif-orientation-of-40-megabytes-of-bytes",
    "heic-exif-of-40-megabytes-of-rationals", "heic-exif-of-40-megabytes-of-bytes", "heic-exif-of-a-thousand-headers",
    *(f"tiff-of-type-{kind}" for kind in SIZES), "bigtiff-of-endless-count-and-heavy-values",
    "animated-gif", "animated-webp", "animated-avif", "animated-tiff", "gif-of-2000-frames", "webp-of-200-frames",
})  # fmt: skip
SOUND = frozenset({**LEGAL, **FAULTS, **JPEG_COMPANIONS, **HEIF_COMPANIONS}) | {
    "png-65500-wide", "png-70000-tall", "jpeg-65500-tall", "tiff-70000-wide", "bmp-upside-down", "one-pixel-jpeg",
    "one-pixel-gif", "one-column-png", "99-megapixels-of-white", "png-pixels-beyond-its-size", "heic",
    "avif-with-a-clean-aperture", "heic-with-free-boxes", "avif-with-free-boxes",
    "webp-with-an-unknown-chunk", "jpeg-of-40-maker-segments",
    "jpeg-without-its-end",
    "jpeg-and-10-megabytes-behind-it", "jpeg-orientation-of-7000-rationals", "jpeg-broken-exif", "jpeg-broken-profile",
    "webp-orientation-of-40-megabytes-of-rationals", "webp-orientation-of-40-megabytes-of-bytes",
    "webp-exif-of-95-megabytes-in-a-nested-directory", "png-late-exif-of-rationals-in-hexadecimal",
    "webp-xmp-of-95-megabytes", "png-exif-of-15-megabytes", "png-late-exif-of-60-megabytes", "png-exif-in-hexadecimal",
    "tiff-of-600000-thumbnails",
}  # fmt: skip


def expected(name: str) -> str:
    """Return what must become of a file of the corpus; empty where it may come out or be refused."""
    if name in SOUND:
        return "COMPLETED"
    refused = {"ImageTooLargeError": TOO_LARGE, "CorruptImageError": CORRUPT, "UnsupportedImageError": UNSUPPORTED}
    return next((error for error, names in refused.items() if name in names), "")
