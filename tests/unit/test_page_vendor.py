"""The page's files: what is vendored is as published, all are small, and none gives a stranger a way in."""

import gzip
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.definitions import ROOT

STATIC = ROOT / "darkroom" / "page" / "static"
VENDOR = STATIC / "vendor"
MAX_COMPRESSED_BYTES = 150_000
PACKAGES = json.loads((VENDOR / "VENDORED.json").read_text())["packages"]
VENDORED = [record for package in PACKAGES for record in (*package["files"], *package["licences"])]
SERVED = [path for path in sorted(STATIC.rglob("*")) if path.is_file() and path.suffix != ".md"]
OWN_MODULES = [path for path in SERVED if path.suffix == ".js" and VENDOR not in path.parents]
STYLES = [path for path in SERVED if path.suffix == ".css"]
# What would make text of a stranger into markup or code, or a request to anywhere else.
FORBIDDEN = re.compile(
    r"\.(inner|outer)HTML|dangerouslySetInnerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc"
    r"|https?://|[\"'`]//|\bimport\("
)


def names(path: Path) -> str:
    return path.relative_to(STATIC).as_posix()


@pytest.mark.parametrize("record", VENDORED, ids=lambda record: record["path"])
def test_a_vendored_file_is_as_it_was_published(record: dict[str, str]) -> None:
    content = (VENDOR / record["path"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == record["sha256"], f"take {record['path']} as published"


def test_every_vendored_file_has_its_record_with_version_and_licence() -> None:
    there = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert there - {"VENDORED.json"} == {record["path"] for record in VENDORED}
    for package in PACKAGES:
        assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
        assert package["licences"]


def test_all_files_of_the_page_together_are_small() -> None:
    compressed = {names(path): len(gzip.compress(path.read_bytes(), mtime=0)) for path in SERVED}
    assert sum(compressed.values()) < MAX_COMPRESSED_BYTES, compressed


@pytest.mark.parametrize("path", OWN_MODULES, ids=names)
def test_a_module_makes_no_markup_of_text_and_names_no_other_server(path: Path) -> None:
    found = FORBIDDEN.search(path.read_text())
    assert not found, f"{found[0]} in {names(path)}" if found else ""


@pytest.mark.parametrize("path", STYLES, ids=names)
def test_a_style_sheet_fetches_nothing(path: Path) -> None:
    assert not re.search(r"@import|url\(", path.read_text())


@pytest.mark.parametrize("path", OWN_MODULES, ids=names)
def test_a_module_imports_only_files_that_are_there(path: Path) -> None:
    for target in re.findall(r"from \"([^\"]+)\"", path.read_text()):
        assert (path.parent / target).resolve() in SERVED, f"{names(path)} imports {target}"


class Tags(HTMLParser):
    """Collects what the Content-Security-Policy would refuse, and what a page names."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []
        self.named: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if (tag == "script" and "src" not in given) or tag == "style":
            self.refused.append(tag)
        self.refused += [name for name in given if name == "style" or name.startswith("on")]
        self.named += [value for name in ("src", "href") if (value := given.get(name)) and not value.startswith("#")]


@pytest.mark.parametrize("path", [path for path in SERVED if path.suffix == ".html"], ids=names)
def test_a_page_has_nothing_inline_and_names_only_own_files(path: Path) -> None:
    tags = Tags()
    tags.feed(path.read_text())
    assert tags.refused == []
    assert tags.named
    for name in tags.named:
        assert STATIC / name in SERVED, name


def test_the_page_asks_for_all_its_modules_at_once() -> None:
    preloaded = re.findall(r'rel="modulepreload" href="([^"]+)"', (STATIC / "index.html").read_text())
    modules = [names(path) for path in SERVED if path.suffix == ".js" and path.name != "app.js"]
    assert sorted(preloaded) == sorted(modules)
