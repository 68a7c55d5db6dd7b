"""docs/applications.md: the code that it shows, run as an application would, against a deployed pipeline."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3

from tests.definitions import ROOT, function_json
from tests.photos import jpeg
from tests.waiting import PROGRAM_LIMIT_SECONDS, eventually
from verification.harness.harness import Harness

PAGE = (ROOT / "docs" / "applications.md").read_text()
NAMES = ("sign", "upload", "read", "result", "together")
CODE = dict(zip(NAMES, re.findall(r"```(?:python|js)\n(.*?)```", PAGE, re.DOTALL), strict=True))


@pytest.fixture
def server(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return the server's functions of the page, with the names of a deployment in place of the example's."""
    for name, value in {
        "AWS_ENDPOINT_URL": harness.aws.endpoint_url,
        "AWS_ACCESS_KEY_ID": "server",
        "AWS_SECRET_ACCESS_KEY": "local",
    }.items():
        monkeypatch.setenv(name, value)
    names = {"eu-central-1": harness.aws.region, "my-photos-4711": harness.deployment.bucket, "virtual": "path"}
    code = f"{CODE['sign']}\n{CODE['read']}".replace("darkroom-images", harness.deployment.table)
    for example, name in names.items():
        assert f'"{example}"' in code
        code = code.replace(f'"{example}"', f'"{name}"')
    functions: dict[str, Any] = {}
    exec(compile(code, "docs/applications.md", "exec"), functions)  # noqa: S102 # the code of our own page
    return functions


def run_javascript(folder: Path, main: str) -> subprocess.CompletedProcess[str]:
    """Run the page's own JavaScript: each of its blocks is a module, `main` follows them."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("The page's JavaScript needs node: apt install nodejs")
    for name in ("upload", "result", "together"):
        (folder / f"{name}.mjs").write_text(CODE[name])
    (folder / "main.mjs").write_text(f'import {{ openAsBlob }} from "node:fs"\n{main}\n')
    return subprocess.run(
        [node, "main.mjs"], cwd=folder, capture_output=True, text=True, timeout=PROGRAM_LIMIT_SECONDS, check=False
    )


def uploaded(folder: Path, post: dict[str, Any], body: bytes) -> subprocess.CompletedProcess[str]:
    """Upload with the page's own JavaScript."""
    (folder / "photo.jpg").write_bytes(body)
    call = f'console.log(await upload({json.dumps(post)}, await openAsBlob("photo.jpg")))'
    return run_javascript(folder, f'import {{ upload }} from "./upload.mjs"\n{call}')


# What a browser has and node has not: addresses relative to the page's server.
RELATIVE = """
import { enhance } from "./together.mjs"
const absolute = globalThis.fetch
globalThis.fetch = (url, options) => absolute(url.startsWith("/") ? "SERVER" + url : url, options)
for (const name of ["good.jpg", "notes.jpg"]) {
  const [image, message] = [{}, {}]
  await enhance(await openAsBlob(name), image, message)
  console.log(JSON.stringify({ link: image.src, message: message.textContent }))
}
"""


@contextmanager
def web_server(functions: dict[str, Any], results: list[dict[str, Any]]) -> Iterator[str]:
    """Serve the two addresses of the page, noting results; every other answer about one is an error that passes."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._answer(200, functions["sign_upload"]("ada"))

        def do_GET(self) -> None:
            [key] = parse_qs(urlsplit(self.path).query)["key"]
            results.append(functions["result_of"]("ada", key))
            self._answer(502 if len(results) % 2 else 200, results[-1])

        def _answer(self, status: int, document: dict[str, Any]) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class calls it
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def ended(server: dict[str, Any], key: str) -> dict[str, Any]:
    """Ask for the result until it is there."""

    def look() -> dict[str, Any] | None:
        found: dict[str, Any] = server["result_of"](key.partition("/")[0], key)
        return found if found["status"] != "PROCESSING" else None

    return eventually(look, f"the end of {key}")


def test_a_photo_uploaded_from_a_page_comes_back_better(
    server: dict[str, Any], tmp_path: Path, harness: Harness
) -> None:
    post = server["sign_upload"]("zoë")
    sent = uploaded(tmp_path, post, jpeg())
    assert (sent.returncode, sent.stdout.strip()) == (0, post["fields"]["key"]), sent.stderr
    assert ended(server, post["fields"]["key"])["status"] == "COMPLETED"
    link = server["result_of"]("zoë", post["fields"]["key"])["link"]
    assert urllib3.request("GET", link).data[:2] == b"\xff\xd8"
    assert harness.record(post["fields"]["key"])["UserId"] == "zoë"


def test_what_the_server_did_not_sign_is_refused_and_the_page_says_why(server: dict[str, Any], tmp_path: Path) -> None:
    post = server["sign_upload"]("ada")
    empty = uploaded(tmp_path, post, b"")
    post["fields"]["key"] = "eve/photo.jpg"
    foreign = uploaded(tmp_path, post, jpeg())
    assert "S3 answered 400" in empty.stderr
    assert "EntityTooSmall" in empty.stderr
    assert "S3 answered 403" in foreign.stderr
    assert "Policy Condition failed" in foreign.stderr


def test_the_page_shows_the_copy_or_why_there_is_none(server: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "good.jpg").write_bytes(jpeg())
    (tmp_path / "notes.jpg").write_bytes(b"no photo")
    results: list[dict[str, Any]] = []
    with web_server(server, results) as address:
        done = run_javascript(tmp_path, RELATIVE.replace("SERVER", address))
    assert done.returncode == 0, done.stderr
    good, notes = map(json.loads, done.stdout.splitlines())
    assert urllib3.request("GET", good["link"]).data[:2] == b"\xff\xd8"
    assert "link" not in notes
    assert results[-1]["error"] == "UnsupportedImageError"
    assert notes["message"] == results[-1]["reason"]


def test_nobody_reads_the_result_of_another_user(server: dict[str, Any]) -> None:
    with pytest.raises(PermissionError):
        server["result_of"]("eve", "ada/1.jpg")


def test_the_signed_size_is_the_limit_of_the_deployment() -> None:
    limit = int(function_json("validate")["environment"]["MAX_BYTES"])
    assert f'["content-length-range", 1, {limit:_}]' in CODE["sign"]
