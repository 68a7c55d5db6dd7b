"""Hypothesis strategies of metadata that is mangled as cameras, programs and attackers mangle it, in every format."""

import io
import struct
import zlib
from functools import cache

from hypothesis import strategies as st
from PIL import Image, ImageCms

from tests.unit.enhance_scenes import encoded
from verification.corpus.file_parts import chunk

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF")
# Kept tags, pointers, blocks of other metadata, the position, and those that Pillow reads by itself.
TAGS = (270, 271, 274, 282, 283, 296, 305, 306, 315, 700, 18246, 33432, 33723, 34377, 34665, 34853, 40092, 34675)
DETAILS = (33434, 33437, 36864, 36867, 37121, 37380, 37510, 40961, 40962, 40965, 41728, 42034, 37500)
TEXTS = (b"Ada\0", b"2026:01:31 12:00:00\0", b"", b"\xff\xfe\0", b"8BIM\4\4\0\0\0\0\0\7\x1c\2P\0\0", b"<x>", b"II*\0")
PACKET = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"'
    b' tiff:Orientation="6"><dc:creator><rdf:Seq><rdf:li>Ada</rdf:li></rdf:Seq></dc:creator></rdf:Description>'
    b"</rdf:RDF></x:xmpmeta>"
)
RECORD = b"".join(
    bytes((0x1C, record, number)) + len(value).to_bytes(2) + value
    for record, number, value in (
        (2, 5, b""), (1, 90, b"\x1b%G"), (2, 80, b"Ada"), (2, 55, b"20260131"), (2, 60, b"123000")
    )
)  # fmt: skip
RESOURCES = b"8BIM\3\xed\0\0\0\0\0\x10" + bytes(16) + b"8BIM\4\4\0\0" + len(RECORD).to_bytes(4) + RECORD
KEYWORDS = ("Author", "Copyright", "Creation Time", "transparency", "icc_profile", "dpi", "exif", "interlace", "gamma",
            "Raw profile type exif", "Raw profile type iptc", "XML:com.adobe.xmp", "nclx_profile", "")  # fmt: skip


@cache
def profile() -> bytes:
    """The profile of sRGB."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@st.composite
def mangled(draw: st.DrawFn, sound: bytes) -> bytes:
    """Cut, overwrite, extend or leave a block of metadata."""
    data = bytearray(draw(st.sampled_from((b"", b"junk\0", b"\xff"))) + sound)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        data[at : at + draw(st.integers(0, 4))] = draw(st.binary(max_size=4))
    return bytes(data[: draw(st.none() | st.integers(0, len(data)))])


@st.composite
def directories(draw: st.DrawFn, tags: tuple[int, ...], order: str, at: int) -> bytes:
    """Draw a directory at an offset: any types, counts and values, also such as contradict each other."""
    chosen = draw(st.lists(st.sampled_from(tags), max_size=6))
    table = struct.pack(order + "H", draw(st.sampled_from((len(chosen), len(chosen), len(chosen), 0xFFFF))))
    below, values = at + 6 + 12 * len(chosen), b""
    for tag in chosen:
        kind, count = draw(st.integers(0, 18) | st.just(129)), draw(st.sampled_from((0, 1, 1, 2, 4, 20, 2**31)))
        value = draw(st.sampled_from(TEXTS) | st.binary(max_size=24))
        offset = draw(st.sampled_from((below + len(values), below + len(values), at, 2**32 - 1)))
        field = struct.pack(order + "L", offset) if len(value) > 4 else value.ljust(4, b"\0")
        table += struct.pack(order + "HHL", tag, kind, count) + field
        values += value
    return table + draw(st.sampled_from((bytes(4), struct.pack(order + "L", at), b""))) + values


@st.composite
def exifs(draw: st.DrawFn) -> bytes:
    """Draw EXIF with a directory of details."""
    order, mark = draw(st.sampled_from((("<", b"II*\0"), (">", b"MM\0*"))))
    details = struct.pack(order + "HHLL", 34665, 4, 1, 26)
    head = mark + struct.pack(order + "LH", 8, 1) + details + bytes(4)
    nested = draw(directories(DETAILS, order, 26))
    return draw(st.just(head + nested) | directories(TAGS, order, 8).map(lambda first: mark + head[4:8] + first))


def blocks() -> st.SearchStrategy[dict[str, bytes]]:
    """Draw what a file may hold: EXIF, IPTC, XMP, a profile, a text with its keyword; each may be absent or mangled."""
    return st.fixed_dictionaries(
        {},
        optional={
            "exif": exifs() | exifs().flatmap(mangled),
            "iptc": mangled(RESOURCES) | mangled(RECORD),
            "xmp": mangled(PACKET) | mangled(PACKET.decode().encode("utf-16")),
            "icc": mangled(profile()),
            "text": mangled(b"\nexif\n      26\n" + b"II*\0\x08".hex().encode()) | st.binary(max_size=20),
            "keyword": st.sampled_from(KEYWORDS).map(str.encode),
        },
    )


def photo_with(file_format: str, found: dict[str, bytes], *, is_late: bool) -> bytes:
    """Return a small photo of a format with these blocks; in a PNG they may lie behind the pixels."""
    picture = Image.linear_gradient("L").resize((24, 16)).convert("RGB")
    return {"JPEG": _jpeg, "PNG": _png, "WEBP": _webp, "AVIF": _avif, "TIFF": _tiff}[file_format](
        picture, found, is_late
    )


def _jpeg(picture: Image.Image, found: dict[str, bytes], _: bool) -> bytes:
    body, parts = encoded(picture, "JPEG"), []
    marks = {"exif": (0xE1, b"Exif\0\0"), "iptc": (0xED, b"Photoshop 3.0\0"), "icc": (0xE2, b"ICC_PROFILE\0\1\1"),
             "xmp": (0xE1, b"http://ns.adobe.com/xap/1.0/\0")}  # fmt: skip
    for name, (marker, mark) in marks.items():
        if name in found:
            parts.append(struct.pack(">BBH", 0xFF, marker, len(mark + found[name]) + 2) + mark + found[name])
    return body[:2] + b"".join(parts) + body[2:]


def raw_profile(name: str, data: bytes) -> bytes:
    """Return a text chunk as ImageMagick writes it."""
    text = f"\n{name}\n{len(data):8}\n{data.hex()}\n".encode()
    return chunk(b"zTXt", f"Raw profile type {name}".encode() + b"\0\0" + zlib.compress(text))


def _png(picture: Image.Image, found: dict[str, bytes], is_late: bool) -> bytes:
    body, parts = encoded(picture, "PNG"), []
    if "exif" in found:
        parts.append(raw_profile("exif", found["exif"]) if is_late else chunk(b"eXIf", found["exif"]))
    if "iptc" in found:
        parts.append(raw_profile("iptc", found["iptc"]))
    if "xmp" in found:
        parts.append(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + found["xmp"]))
    if "icc" in found:
        parts.append(chunk(b"iCCP", b"icc\0\0" + zlib.compress(found["icc"])))
    texts = {name: found.get("keyword", b"") + b"\0" + found.get("text", b"") for name in (b"tEXt", b"zTXt", b"iTXt")}
    others = dict.fromkeys((b"pHYs", b"gAMA", b"cHRM", b"sRGB", b"tIME"), found.get("text", b""))
    parts += [chunk(name, data) for name, data in {**texts, **others}.items() if "text" in found]
    at = len(body) - 12 if is_late else 33
    return body[:at] + b"".join(parts) + body[at:]


def _webp(picture: Image.Image, found: dict[str, bytes], _: bool) -> bytes:
    options = {"exif": found.get("exif"), "xmp": found.get("xmp"), "icc_profile": found.get("icc")}
    return encoded(picture, "WEBP", **{name: data for name, data in options.items() if data})


def _avif(picture: Image.Image, found: dict[str, bytes], _: bool) -> bytes:
    sound = b"II*\0\x08\0\0\0\0\0\0\0\0\0"
    exif = found.get("exif", b"").ljust(len(sound), b"\0")
    # Pillow would read what it is to write, so the EXIF is put in afterwards.
    placeholder = sound.ljust(len(exif), b"\x7f")
    options = {"xmp": found.get("xmp"), "icc_profile": found.get("icc")}
    body = encoded(picture, "AVIF", exif=placeholder, **{name: data for name, data in options.items() if data})
    return body.replace(placeholder, exif) if "exif" in found else body


def _tiff(picture: Image.Image, found: dict[str, bytes], _: bool) -> bytes:
    body = bytearray(encoded(picture, "TIFF"))
    (at,) = struct.unpack_from("<L", body, 4)
    (count,) = struct.unpack_from("<H", body, at)
    entries: list[bytes] = [bytes(body[at + 2 + 12 * n : at + 14 + 12 * n]) for n in range(count)]
    pads = b"\0" * (len(body) % 2)
    start, values = len(body) + len(pads), b""
    # Of a wrong type, where the text says so.
    kind = found["text"][0] % 14 if found.get("text") else 7
    for tag, name in ((700, "xmp"), (33723, "iptc"), (34377, "iptc"), (34675, "icc")):
        if len(found.get(name, b"")) > 4:
            entries.append(struct.pack("<HHLL", tag, kind, len(found[name]), start + len(values)))
            values += found[name] + bytes(len(found[name]) % 2)
    if "exif" in found:
        # Its directory has offsets of its own, so most of them lead astray.
        entries.append(struct.pack("<HHLL", 34665, 4, 1, start + len(values) + 8))
        values += found["exif"]
    ordered: list[bytes] = sorted(entries, key=lambda entry: int.from_bytes(entry[:2], "little"))
    table = struct.pack("<H", len(ordered)) + b"".join(ordered) + bytes(4)
    body[4:8] = struct.pack("<L", start + len(values) + len(values) % 2)
    return bytes(body) + pads + values + bytes(len(values) % 2) + table


def opened(body: bytes) -> Image.Image:
    """Return a file, decoded."""
    image = Image.open(io.BytesIO(body))
    image.load()
    return image
