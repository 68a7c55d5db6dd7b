"""Metadata as S3 returns it is read as its user wrote it."""

import base64
from email.header import Header, decode_header, make_header
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.shared.controls import Asked, read_asked
from functions.shared.errors import InvalidMetadataError
from functions.shared.user_metadata import user_id_of, written, written_metadata


def b_word(text: str | bytes, charset: str = "UTF-8") -> str:
    data = text.encode(charset) if isinstance(text, str) else text
    return f"=?{charset}?B?{base64.b64encode(data).decode()}?="


def q_word(text: str, charset: str = "UTF-8") -> str:
    return f"=?{charset}?Q?{quote(text, safe='', encoding=charset).replace('_', '%5F').replace('%', '=')}?="


def as_latin_1(text: str) -> str:
    return text.encode().decode("latin-1")


WRITTEN = [
    # AWS's own example, and one that a user saw: https://github.com/minio/minio/pull/21282
    ("=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?=", "ÄMÄZÕÑ S3"),
    ("=?UTF-8?Q?Mini=C3=83=C2=B6?=", "Miniö"),
    ("=?UTF-8?Q?Zo=C3=AB?=", "Zoë"),
    ("=?utf-8?q?Zo=c3=ab_de_Vries?=", "Zoë de Vries"),
    ("=?UTF-8?B?5YaZ55yf?=", "写真"),
    ("=?UTF-8*ja?B?5YaZ55yf?=", "写真"),
    ("=?ISO-8859-1?Q?Zo=EB?=", "Zoë"),
    ("=?windows-1252?Q?=80_5?=", "€ 5"),
    ("=?Shift_JIS?B?jsqQXg==?=", "写真"),
    # Spaces between two words are no part of the text, spaces beside one are.
    ("=?UTF-8?Q?Zo=C3?= =?UTF-8?Q?=AB?=", "Zoë"),
    ("=?UTF-8?B?5YaZ?=   =?UTF-8?Q?=E7=9C=9F?=", "写真"),
    ("=?UTF-8?B?5YaZ?==?UTF-8?Q?=E7=9C=9F?=", "写真"),
    ("=?UTF-8?Q?Zo=C3=AB?= =?ISO-8859-1?Q?_=E9?=", "Zoë é"),
    ("Ms =?UTF-8?Q?Zo=C3=AB?= de Vries", "Ms Zoë de Vries"),
    ("=?UTF-8?Q?ada?=", "ada"),
    ("=?UTF-8?Q??=", ""),
    # Encoded twice, and by something that is not S3 not at all.
    (q_word(b_word("Zoë")), "Zoë"),
    (b_word(b_word(as_latin_1("写真"))), "写真"),
    (as_latin_1("Zoë 写真"), "Zoë 写真"),
    ("Zo\xeb", "Zoë"),
    ("ada", "ada"),
    ("", ""),
]


@pytest.mark.parametrize(("returned", "text"), WRITTEN)
def test_a_value_is_what_its_user_wrote(returned: str, text: str) -> None:
    assert written(returned) == text


@pytest.mark.parametrize(
    "returned",
    [
        "=?UTF-8?B?!!!!?=",
        "=?UTF-8?B?YWJjZ?=",
        "=?UTF-8?B?/w==?=",
        "=?UTF-8?Q?=ZZ?=",
        "=?UTF-8?Q?=FF?=",
        "=?klingon?Q?Zo=C3=AB?=",
        "=?unicode-escape?Q?=5Cud800?=",
        "=?undefined?Q?a?=",
        "=?rot13?Q?nqn?=",
        "=?UTF-7?Q?+2AA-?=",
        "=?UTF-8?X?ada?=",
        "=?UTF-8?Q?ada",
        "=?UTF-8??ada?=",
        "=??Q?ada?=",
        "=?=",
        "=?UTF-8?Q?=FF?= =?UTF-8?Q?a?=",
        "a=b?c=?d",
    ],
)
def test_a_value_that_does_not_decode_stays_as_it_is(returned: str) -> None:
    assert written(returned) == returned


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)


@given(TEXTS.filter(lambda text: "=?" not in text))
def test_every_text_comes_back_through_s3(text: str) -> None:
    value = as_latin_1(text)
    assert written(value if text.isascii() else b_word(value)) == text
    data = value.encode()
    assert text.isascii() or written(" ".join(b_word(data[at : at + 7]) for at in range(0, len(data), 7))) == text


@given(
    st.text(max_size=300) | st.lists(st.sampled_from(["=?", "UTF-8", "?", "B", "Q", "=", "?=", " ", "é"])).map("".join)
)
def test_no_value_raises_and_every_result_can_be_stored(value: str) -> None:
    written(value).encode()


def test_a_value_that_never_ends_unfolding_stops() -> None:
    value = "ada"
    for _ in range(20):
        value = q_word(value)
    assert written(value).startswith("=?UTF-8?Q?")


@pytest.mark.parametrize(
    ("returned", "user"),
    [
        ("=?UTF-8?Q?Zo=C3=AB?=", "Zoë"),
        ("=?UTF-8?Q?a=0D=0Ab=00c?=", "a\ufffd\ufffdb\ufffdc"),
        ("=?UTF-8?Q?=EF=BF=BF?=", "\ufffd"),
        ("=?UTF-8?Q?_ada_?=", "ada"),
        ("=?UTF-8?Q?_?=", None),
        ("=?UTF-8?Q??=", None),
        ("ada", "ada"),
    ],
)
def test_a_users_id_has_no_control_characters_and_an_empty_one_is_none(returned: str, user: str | None) -> None:
    assert user_id_of(written_metadata({"user-id": returned})) == user
    assert user_id_of({}) is None


def test_preset_and_strength_are_read_as_they_were_written() -> None:
    metadata = written_metadata({"preset": b_word("Photo"), "strength": "=?UTF-8?Q?_60?="})
    assert read_asked(metadata) == Asked("photo", 60)
    with pytest.raises(InvalidMetadataError, match="preset is 'schön'"):
        read_asked(written_metadata({"preset": b_word(as_latin_1("schön"))}))


def test_the_words_are_those_of_the_standard_library() -> None:
    text = "Zoë de Vries, 写真 " * 20
    assert str(make_header(decode_header(Header(text, "utf-8").encode()))) == text
    assert written(Header(text, "utf-8").encode().replace("\n", "")) == text
