"""User metadata beyond ASCII as S3 returns it: as encoded words, RFC 2047. moto returns its bytes.

S3 takes the bytes of UTF-8 for characters of Latin-1, as WSGI does, and encodes those characters. Source:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
"""

import base64
import quopri
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

USER_METADATA = "x-amz-meta-"
MAX_WORD_CHARACTERS = 75


def encoding_metadata(app: "WSGIApplication") -> "WSGIApplication":
    """Return the application with user metadata in its responses encoded."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], error: Any = None, /) -> Callable[[bytes], object]:
            return start_response(status, [(name, _encoded(name, value)) for name, value in headers], error)

        return app(environ, start)

    return answer


def words(text: str) -> str:
    """Return the text as encoded words with a space in between, quoted-printable where most of it is ASCII."""
    ascii_characters = sum(character.isascii() for character in text)
    word = _quoted(text) if ascii_characters > len(text) - ascii_characters else _base64(text)
    if len(word) <= MAX_WORD_CHARACTERS:
        return word
    middle = len(text) // 2
    return f"{words(text[:middle])} {words(text[middle:])}"


def _encoded(name: str, value: str) -> str:
    return value if value.isascii() or not name.lower().startswith(USER_METADATA) else words(value)


def _base64(text: str) -> str:
    return f"=?UTF-8?B?{base64.b64encode(text.encode()).decode()}?="


def _quoted(text: str) -> str:
    quoted = quopri.encodestring(text.encode(), quotetabs=True, header=True).decode().replace("=\n", "")
    return f"=?UTF-8?Q?{quoted.replace('?', '=3F')}?="
