"""What a copy and its renditions keep of an upload's headers."""

import json
from email.message import Message
from email.utils import collapse_rfc2231_value

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions.enhance.kept_headers import MAX_BYTES, copy_headers, rendition_headers

ALL = {
    "CacheControl": "public, max-age=31536000, immutable",
    "ContentDisposition": 'attachment; filename="beach.heic"',
    "ContentLanguage": "de-CH, en",
}


def disposition(value: str, extension: str | None = ".jpg") -> str | None:
    return copy_headers({"ContentDisposition": value}, extension).get("ContentDisposition")


def test_a_copy_of_the_same_format_keeps_the_headers_as_they_are() -> None:
    assert copy_headers(ALL, None) == ALL
    assert copy_headers({}, None) == {}


def test_a_rendition_keeps_all_but_the_content_disposition() -> None:
    assert rendition_headers(ALL) == {name: ALL[name] for name in ("CacheControl", "ContentLanguage")}


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("attachment", "attachment"),
        ("inline; size=12", "inline; size=12"),
        ('attachment; filename="beach.heic"', 'attachment; filename="beach.heic.jpg"'),
        ("attachment; filename=beach.heic", 'attachment; filename="beach.heic.jpg"'),
        ('ATTACHMENT;FileName="a \\"b\\"; c.heic"; size=12', 'ATTACHMENT; filename="a \\"b\\"; c.heic.jpg"'),
        ('attachment; filename="beach.JPG"', 'attachment; filename="beach.JPG"'),
        (
            "attachment; filename=\"Zo_.heic\"; filename*=UTF-8''Zo%C3%AB.heic",
            "attachment; filename*=utf-8''Zo%C3%AB.heic.jpg",
        ),
        ("attachment; filename*=UTF-8''a%0D%0Ab%00.heic", 'attachment; filename="ab.heic.jpg"'),
        ('attachment; filename="=?UTF-8?Q?Zo=C3=AB.heic?="', "attachment; filename*=utf-8''Zo%C3%AB.heic.jpg"),
        ('attachment; filename=""', 'attachment; filename=""'),
    ],
)
def test_a_file_name_gains_the_extension_of_a_new_format(value: str, kept: str) -> None:
    assert disposition(value) == kept


@pytest.mark.parametrize("extension", [None, ".jpg"])
def test_a_file_name_beyond_ascii_is_spelled_in_ascii(extension: str | None) -> None:
    ending = extension or ""
    for value in ('attachment; filename="Zoë.heic"', 'attachment; filename="Zoë.heic"'.encode().decode("latin-1")):
        assert disposition(value, extension) == f"attachment; filename*=utf-8''Zo%C3%AB.heic{ending}"


@pytest.mark.parametrize(
    "value",
    [
        "",
        ";",
        "é",
        "at tachment; filename=a.heic",
        "attachment; filename*=utf-7''%2B2AA-.heic",
        f"attachment; filename*{'9' * 5000}*=utf-8''a",
        "attachment; filename*=utf-8''a; filename*0*=utf-8''b",
        "attachment; filename*0=a; filename*=utf-8''b",
        f'attachment; filename="{"写" * 300}.heic"',
    ],
)
def test_what_is_no_disposition_or_too_long_is_left_out(value: str) -> None:
    assert disposition(value) is None


@pytest.mark.parametrize("value", ["max-age=60\r\nX-Evil: 1", "caf\xe9", "\x7f", "", "x" * (MAX_BYTES + 1)])
def test_a_header_that_s3_would_not_take_is_left_out_and_the_others_stay(value: str) -> None:
    headers = {**ALL, "CacheControl": value}
    assert copy_headers(headers, None).keys() == rendition_headers(headers).keys() | {"ContentDisposition"}
    assert "CacheControl" not in copy_headers(headers, None)


def test_all_headers_together_stay_within_what_s3_takes() -> None:
    headers = dict.fromkeys(ALL, "x" * (MAX_BYTES // 2 + 1))
    assert len(copy_headers(headers, None)) == 1


FRAGMENTS = [
    "attachment", "inline", ";", " ", "filename", "filename*", "filename*0*", "filename*1*", "=", '"', "\\", "UTF-8''",
    "%E2%82%AC", "%0D%0A", "a.heic", "é", "\x85", "=?UTF-8?Q?=C3=AB?=", "'", "klingon''", "*", "\t", "utf-16''%d8",
    "filename*=utf-7''%2B2AA-", f"filename*{'9' * 5000}*=a",
]  # fmt: skip


@given(
    st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join) | st.text(max_size=60),
    st.sampled_from([None, ".jpg"]),
)
def test_whatever_an_uploader_writes_the_result_is_a_line_that_s3_takes(value: str, extension: str | None) -> None:
    for kept in copy_headers(dict.fromkeys(ALL, value), extension).values():
        assert kept.isascii()
        assert kept.isprintable()
        assert len(kept) <= MAX_BYTES


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=60)
)
@example("\u00c2\u00a0")  # what UTF-8's no-break space is in Latin-1
def test_any_file_name_survives_the_new_extension(name: str) -> None:
    header = Message()
    header.add_header("Content-Disposition", "attachment", filename=name)
    kept = Message()
    kept["Content-Disposition"] = disposition(str(header["Content-Disposition"]), ".png") or ""
    [_, (_, found)] = kept.get_params([], "Content-Disposition") or []
    assert collapse_rfc2231_value(found).removesuffix(".png") == name.removesuffix(".png"), json.dumps(name)
