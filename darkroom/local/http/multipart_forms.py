"""Forms with a file, as browsers send them (multipart/form-data), read as S3 reads them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


@dataclass
class Form:
    """A form's fields up to the file, by name in lower case, and the file; None where there is none."""

    fields: dict[str, str] = field(default_factory=dict)
    file_name: str = ""
    body: bytes | None = None


def read_form(environ: "WSGIEnvironment") -> Form:
    """Return the form of a request; S3 ignores what follows the file."""
    decoder = MultipartDecoder(parse_options_header(environ["CONTENT_TYPE"])[1].get("boundary", "").encode())
    decoder.receive_data(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    decoder.receive_data(None)
    form, name, content = Form(), "", b""
    while form.body is None and not isinstance(event := decoder.next_event(), (Epilogue, NeedData)):
        if isinstance(event, Field | File):
            name, content = (event.name or "").lower(), b""
            form.file_name = event.filename or "" if isinstance(event, File) else ""
        elif isinstance(event, Data):
            content += event.data
            if not event.more_data:
                _keep(form, name, content)
    return form


def _keep(form: Form, name: str, content: bytes) -> None:
    if name == "file":
        form.body = content
    else:
        form.fields[name] = content.decode(errors="replace")
