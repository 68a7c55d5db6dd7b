"""docs/applications.md: the code that it shows, run as an application would, against a deployed pipeline."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import urllib3

from tests.definitions import ROOT, function_json
from tests.photos import jpeg
from tests.waiting import PROGRAM_LIMIT_SECONDS, eventually
from verification.harness.harness import Harness

PAGE = (ROOT / "docs" / "applications.md").read_text()
CODE = dict(zip(("sign", "upload", "read"), re.findall(r"```(?:python|js)\n(.*?)```", PAGE, re.DOTALL), strict=True))


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


def uploaded(folder: Path, post: dict[str, Any], body: bytes) -> subprocess.CompletedProcess[str]:
    """Upload with the page's own JavaScript."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("The page's JavaScript needs node: apt install nodejs")
    (folder / "upload.mjs").write_text(CODE["upload"])
    (folder / "photo.jpg").write_bytes(body)
    (folder / "main.mjs").write_text(
        'import { upload } from "./upload.mjs"\nimport { openAsBlob } from "node:fs"\n'
        f'console.log(await upload({json.dumps(post)}, await openAsBlob("photo.jpg")))\n'
    )
    command = [node, "main.mjs"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=PROGRAM_LIMIT_SECONDS, check=False
    )


def ended(server: dict[str, Any], key: str) -> dict[str, Any]:
    """Ask for the result until it is there."""

    def look() -> dict[str, Any] | None:
        found: dict[str, Any] = server["result_of"](key)
        return found if found["status"] != "PROCESSING" else None

    return eventually(look, f"the end of {key}")


def test_a_photo_uploaded_from_a_page_comes_back_better(
    server: dict[str, Any], tmp_path: Path, harness: Harness
) -> None:
    post = server["sign_upload"]("zoë")
    sent = uploaded(tmp_path, post, jpeg())
    assert (sent.returncode, sent.stdout.strip()) == (0, post["fields"]["key"]), sent.stderr
    assert ended(server, post["fields"]["key"])["status"] == "COMPLETED"
    link = server["result_of"](post["fields"]["key"])["link"]
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


def test_a_photo_that_failed_says_why(server: dict[str, Any], tmp_path: Path) -> None:
    post = server["sign_upload"]("ada")
    assert uploaded(tmp_path, post, b"no photo").returncode == 0
    assert ended(server, post["fields"]["key"])["error"] == "UnsupportedImageError"


def test_the_signed_size_is_the_limit_of_the_deployment() -> None:
    limit = int(function_json("validate")["environment"]["MAX_BYTES"])
    assert f'["content-length-range", 1, {limit:_}]' in CODE["sign"]
