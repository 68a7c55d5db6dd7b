"""Mutations of the limits of a file: its bytes, pixels and frames, and what its header may hold."""

from functions.shared.imaging.tiff_ifd import VALUE_COSTS
from verification.mutations.mutation import MaliciousFiles, Member, Mutation, Position, UnitTests
from verification.mutations.operators import (
    DROP_BOUND,
    DROP_MEMBER,
    DROP_OPERAND,
    DROP_STATEMENT,
    LIFT_LIMIT,
    NEVER,
)

IMAGES, PILLOW_GUARD, FRAMES, TIFF_IFD, TIFF_DIRECTORY, TIFF_PAGES, EXIF_READER, RAW_PROFILES, PNG_CHUNKS = (
    f"functions/shared/imaging/{name}.py"
    for name in (
        "images",
        "pillow_guard",
        "frames",
        "tiff_ifd",
        "tiff_directory",
        "tiff_pages",
        "exif",
        "raw_profiles",
        "png_chunks",
    )
)
STORAGE, INSPECT = "functions/shared/storage.py", "functions/validate/inspect_photo.py"
BOX_READER = "functions/shared/imaging/box_reader.py"
XMP = "functions/enhance/codec/xmp.py"
MODULE = "module"


def _limit(name: str, position: Position, *files: str) -> Mutation:
    return Mutation(name, (position,), MaliciousFiles(files))


def _setting(name: str, value: str, *files: str) -> Mutation:
    """Change a setting of both functions that open files: with one alone, the other would refuse the file."""
    changes = tuple(
        Member(f"functions/{function}/function.json", ("environment", name), value)
        for function in ("validate", "enhance")
    )
    return Mutation(f"the setting {name}", changes, MaliciousFiles(files))


SETTINGS = (
    _setting("MAX_BYTES", "1000000000", "jpeg-of-101-megabytes"),
    _setting("MAX_PIXELS", "9000000000000000000", "bmp-of-a-gigapixel", "png-just-over-the-limit"),
    _setting("MAX_FRAMES", "1000000", "animated-gif", "animated-avif"),
)
WHOLE_FILE = (
    Mutation(
        "bytes: a file over MAX_BYTES is opened",
        (Position(INSPECT, "inspect_photo", NEVER, 1), Position(STORAGE, "read_whole", NEVER)),
        MaliciousFiles(("jpeg-of-101-megabytes",)),
    ),
    _limit(
        "pixels: over MAX_PIXELS",
        Position(PILLOW_GUARD, "guarded_pillow", NEVER),
        "gif-canvas-bomb",
        "webp-canvas-bomb",
        "png-just-over-the-limit",
    ),
    _limit(
        "pixels: what a HEIC or AVIF crops",
        Position(PILLOW_GUARD, "refuse_large_items", NEVER),
        "avif-of-4-gigapixels",
        "heic-of-4-gigapixels",
    ),
    _limit(
        "frames: how many thumbnails come before the photo",
        Position(TIFF_PAGES, MODULE, LIFT_LIMIT),
        "tiff-that-begins-with-5000000-thumbnails",
    ),
    _limit("frames: over MAX_FRAMES", Position(IMAGES, MODULE, NEVER, 12), "animated-gif"),
    _limit("frames: an endless chain of pages", Position(FRAMES, MODULE, LIFT_LIMIT), "tiff-of-600000-thumbnails"),
)
HEADER = (
    _limit("header: its bytes", Position(IMAGES, MODULE, LIFT_LIMIT, 0), "jpeg-of-300-exif-segments"),
    _limit(
        "header: its reads", Position(PILLOW_GUARD, "HeaderReader.__init__", LIFT_LIMIT), "jpeg-of-a-million-crumbs"
    ),
    _limit(
        "PNG: what its texts unfold to",
        Position(PNG_CHUNKS, "TolerantStream.call", NEVER, 1),
        "png-many-text-bombs",
        "png-text-bomb",
    ),
    Mutation(
        "EXIF: the entries of a directory",
        (Position(TIFF_DIRECTORY, "entries_of", LIFT_LIMIT),),
        UnitTests(("test_exif",)),
    ),
    Mutation(
        "AVIF: its boxes",
        (Position(BOX_READER, "boxes_in", LIFT_LIMIT),),
        UnitTests(("test_item_properties",)),
    ),
    _limit("XMP: its bytes", Position(XMP, "parsed", LIFT_LIMIT), "webp-xmp-of-95-megabytes"),
    _limit(
        "HEIC: an item type that is no text",
        Position(IMAGES, MODULE, DROP_STATEMENT, 10),
        "heic-item-type-that-is-no-text",
    ),
)
EXIF = (
    _limit(
        "EXIF: in an AVIF or HEIC",
        Position(IMAGES, MODULE, DROP_OPERAND, 1),
        "avif-orientation-of-40-megabytes-of-rationals",
        "heic-exif-of-40-megabytes-of-rationals",
    ),
    _limit(
        "EXIF: how often it may begin",
        Position(IMAGES, MODULE, DROP_OPERAND, 0),
        "heic-exif-of-a-thousand-headers",
    ),
    # Searching for all of them, and only counting to 64: the limit no longer compares equal.
    _limit(
        "EXIF: how many beginnings are looked for",
        Position(IMAGES, MODULE, LIFT_LIMIT, 1),
        "heic-exif-of-a-thousand-headers",
    ),
    _limit(
        "EXIF: how many beginnings are too many",
        Position(IMAGES, MODULE, LIFT_LIMIT, 2),
        "heic-exif-of-a-thousand-headers",
    ),
    *(
        Mutation(f"EXIF: {what}", (Position(EXIF_READER, "Source", LIFT_LIMIT, number),), UnitTests(("test_exif",)))
        for number, what in enumerate(("a directory beyond any file", "bytes of a value", "an offset beyond any file"))
    ),
    Mutation(
        "EXIF: characters of a raw profile",
        (Position(RAW_PROFILES, MODULE, LIFT_LIMIT),),
        UnitTests(("test_exif",)),
    ),
)
DIRECTORIES = (
    _limit(
        "IFDs: of a TIFF",
        Position(IMAGES, MODULE, NEVER, 7),
        "tiff-of-23-million-strips",
        "tiff-of-rationals",
    ),
    _limit("IFDs: what values cost", Position(TIFF_IFD, "holds_too_much", LIFT_LIMIT), "tiff-of-a-million-strips"),
    _limit("IFDs: how many", Position(TIFF_IFD, MODULE, LIFT_LIMIT), "tiff-of-15-million-directories"),
    _limit(
        "IFDs: no count beyond a TIFF's",
        Position(TIFF_DIRECTORY, "entries_of", DROP_BOUND, 1),
        "bigtiff-of-endless-count-and-heavy-values",
    ),
    _limit("IFDs: each once", Position(TIFF_IFD, MODULE, DROP_OPERAND, 3), "tiff-that-is-its-own-next"),
    Mutation("IFDs: EXIF's own", (Position(TIFF_IFD, MODULE, NEVER, 3),), UnitTests(("test_tiff_ifd",))),
    *(
        _limit(
            f"IFDs: type {kind} costs nothing", Position(TIFF_IFD, MODULE, DROP_MEMBER, number), f"tiff-of-type-{kind}"
        )
        for number, kind in enumerate(VALUE_COSTS)
    ),
)
LIMIT_MUTATIONS = (*SETTINGS, *WHOLE_FILE, *HEADER, *EXIF, *DIRECTORIES)
