"""The limits of a file: its bytes, pixels and frames, and what its header may hold; each has a file that is over it."""

from verification.mutations.mutation import Guard, Hostile, Text, worded

IMAGES, GUARD, FRAMES = (f"functions/shared/imaging/{name}.py" for name in ("images", "pillow_guard", "frames"))
DIRECTORIES, STORAGE = "functions/shared/imaging/tiff_ifd.py", "functions/shared/storage.py"
VALIDATE = "functions/validate/inspect_photo.py"
SETTINGS = tuple(f"functions/{function}/function.json" for function in ("validate", "enhance"))


def _limit(name: str, file: str, words: str, without: str, *files: str) -> Guard:
    return worded(name, file, words, without, Hostile(files))


def _setting(name: str, value: str, without: str, *files: str) -> Guard:
    """A setting of both functions that open files: each alone would be caught by the other."""
    words = f'"{name}": "{value}"'
    changes = tuple(Text(file, words, f'"{name}": "{without}"') for file in SETTINGS)
    return Guard(f"the setting {name}", changes, Hostile(files))


GUARDS = (
    _setting("MAX_BYTES", "100000000", "1000000000", "jpeg-of-101-megabytes"),
    _setting("MAX_PIXELS", "100000000", "9000000000000000000", "bmp-of-a-gigapixel", "png-just-over-the-limit"),
    _setting("MAX_FRAMES", "1", "1000000", "animated-gif", "animated-avif"),
    Guard(
        "bytes: a file over MAX_BYTES is not opened",
        (
            Text(VALIDATE, "if size_bytes > limits.max_bytes:", "if False:"),
            Text(STORAGE, "if size_bytes > max_bytes:", "if False:"),
        ),
        Hostile(("jpeg-of-101-megabytes",)),
    ),
    _limit(
        "pixels: over MAX_PIXELS",
        GUARD,
        "Image.MAX_IMAGE_PIXELS, Image.WARN_POSSIBLE_FORMATS = max_pixels / 2, True",
        "Image.MAX_IMAGE_PIXELS, Image.WARN_POSSIBLE_FORMATS = None, True",
        "gif-canvas-bomb",
        "webp-canvas-bomb",
        "png-just-over-the-limit",
    ),
    _limit("frames: over MAX_FRAMES", IMAGES, "if frames > max_frames:", "if False:", "animated-gif"),
    _limit(
        "frames: an endless chain of pages",
        FRAMES,
        "range(max_frames + MAX_TIFF_THUMBNAILS)",
        "range(10**9)",
        "tiff-of-600000-thumbnails",
    ),
    _limit(
        "header: its bytes",
        IMAGES,
        'MAX_HEADER_BYTES if name in BUDGETED_FORMATS else float("inf")',
        'float("inf")',
        "jpeg-of-300-exif-segments",
    ),
    _limit(
        "header: its reads",
        GUARD,
        "self._budget_reads: float = MAX_HEADER_READS",
        'self._budget_reads: float = float("inf")',
        "jpeg-of-a-million-crumbs",
    ),
    _limit(
        "directories: of a TIFF",
        IMAGES,
        'if name == "TIFF" and holds_too_much(source):',
        "if False:",
        "tiff-of-23-million-strips",
        "tiff-of-rationals",
    ),
    _limit("directories: what values weigh", DIRECTORIES, "> MAX_VALUES", "> 10**12", "tiff-of-a-million-strips"),
    _limit(
        "directories: how many", DIRECTORIES, "len(seen) < MAX_DIRECTORIES", "True", "tiff-of-15-million-directories"
    ),
    _limit(
        "directories: no count beyond a TIFF's",
        DIRECTORIES,
        "min(count, 0xFFFF) * layout.entry.size",
        "count * layout.entry.size",
        "bigtiff-of-endless-count-and-heavy-values",
    ),
    _limit(
        "directories: each once",
        DIRECTORIES,
        "if offset and offset not in seen:",
        "if offset:",
        "tiff-that-is-its-own-next",
    ),
    _limit(
        "directories: EXIF's own",
        DIRECTORIES,
        "        if tag in NESTED:\n            waiting.append(layout.offset.unpack(value[: layout.offset.size])[0])\n",
        "",
        "webp-exif-of-95-megabytes-in-a-nested-directory",
    ),
    *(
        _limit(
            f"directories: type {kind} weighs",
            DIRECTORIES,
            f" {kind}: {weight},",
            f" {kind}: 0,",
            f"tiff-of-type-{kind}",
        )
        for kind, weight in ((4, 1), (5, 10), (6, 1), (8, 1), (9, 1), (10, 10), (11, 1), (12, 1), (13, 1))
    ),
    _limit("directories: type 3 weighs", DIRECTORIES, "{3: 1,", "{3: 0,", "tiff-of-type-3"),
    _limit("directories: type 16 weighs", DIRECTORIES, "16: 1}", "16: 0}", "tiff-of-type-16"),
    _limit(
        "EXIF: in an AVIF or HEIC",
        IMAGES,
        "or any(holds_too_much(io.BytesIO(data[start:])) for start in starts)",
        "",
        "avif-orientation-of-40-megabytes-of-rationals",
        "heic-exif-of-40-megabytes-of-rationals",
    ),
    _limit(
        "EXIF: how often it may begin",
        IMAGES,
        "len(starts) == MAX_TIFF_HEADERS or ",
        "",
        "heic-exif-of-a-thousand-headers",
    ),
    _limit(
        "EXIF: dropped where it is too much",
        IMAGES,
        'if isinstance(exif, bytes) and holds_too_much(io.BytesIO(exif.removeprefix(b"Exif\\0\\0"))):',
        "if False:",
        "webp-orientation-of-40-megabytes-of-rationals",
        "png-exif-of-15-megabytes",
    ),
    _limit(
        "HEIC: an item type that is no text",
        IMAGES,
        "    refuse_fatal_heif(data)\n",
        "",
        "heic-item-type-that-is-no-text",
    ),
    _limit(
        "PNG: what its texts unfold to",
        GUARD,
        '_TOO_MUCH_REASONS.search(f"{reasons} {error}")',
        "False",
        "png-many-text-bombs",
        "png-text-bomb",
    ),
    _limit(
        "XMP: its bytes",
        "functions/enhance/codec/attribution.py",
        " or len(data) > MAX_XMP_BYTES",
        "",
        "webp-xmp-of-95-megabytes",
    ),
)
