"""The Markdown files: links lead somewhere, commands exist, and what they say of the code and the policies is so."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from darkroom.__main__ import COMMANDS, main
from functions.enhance.codec.losses import Loss
from functions.enhance.codec.renditions import Renditions
from functions.shared import errors
from functions.shared.errors import DarkroomError, Fault, ImageFailedError, SkippedUploadError
from functions.shared.failures import fault_of
from tests.definitions import FUNCTIONS, ROOT, function_json, tasks

FOLDERS = [path for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".") and path.name != "build"]
FOUND = [*ROOT.glob("*.md"), *(page for folder in FOLDERS for page in folder.rglob("*.md"))]
# terraform init puts pages of others into terraform/.terraform.
PAGES = sorted(page for page in FOUND if "/." not in f"/{page.relative_to(ROOT)}")
WRAPPED = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs" / f"{name}.md" for name in ("capacity", "faq", "guarantees", "operate", "reference", "runbook")),
]
REFERENCE = (ROOT / "docs" / "reference.md").read_text()
ERROR = re.compile(r"(?<![.\w])\w+Error\b")
AWS_NAME = re.compile(r"\b(?:States|Lambda|Sandbox|Runtime)\.\w+")
MAX_README_WORDS, MAX_README_WORDS_ALTOGETHER = 1100, 1300
FIRST_SCREEN_LINES = 20
MAX_COLUMNS = 120


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def without_code(text: str) -> str:
    return re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)


def prose(page: Path) -> list[str]:
    """Return a page's lines, its code blocks and tables left out."""
    return [line for line in without_code(page.read_text()).splitlines() if not line.lstrip().startswith("|")]


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives a page's headings."""
    headings = re.findall(r"^#+ (.+)$", without_code(page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> Iterator[str]:
    yield from re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", without_code(page.read_text()))


def section(title: str) -> str:
    return REFERENCE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def first_column(text: str) -> str:
    return "\n".join(re.findall(r"^\| *([^|]*)\|", text, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+): ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = re.findall(r"(?:`|^\s*)make ([a-z][a-z-]*)", page.read_text(), re.MULTILINE)
    # The changelog also names the targets of its day.
    assert page.name == "CHANGELOG.md" or set(named) <= targets


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_command_that_is_named_exists(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = {command.__name__.rpartition(".")[2] for command in COMMANDS}
    for command, rest in re.findall(r"(?:`|/)darkroom ([a-z]\w*)([^`\n#]*)", page.read_text()):
        assert command in known
        with pytest.raises(SystemExit):
            main([command, "--help"])
        assert set(re.findall(r"--[a-z-]+", rest)) <= set(re.findall(r"--[a-z-]+", capsys.readouterr().out))


@pytest.mark.parametrize("page", WRAPPED, ids=name)
def test_prose_is_wrapped(page: Path) -> None:
    assert [line for line in prose(page) if len(line) > MAX_COLUMNS and " " in line.strip()] == []


def test_the_readme_is_short() -> None:
    assert len(" ".join(prose(ROOT / "README.md")).split()) <= MAX_README_WORDS
    # As `wc -w` counts: code and tables, too.
    assert len((ROOT / "README.md").read_text().split()) <= MAX_README_WORDS_ALTOGETHER


def test_the_readme_says_at_once_what_whom_and_how() -> None:
    lines = (ROOT / "README.md").read_text().splitlines()
    first_screen = " ".join(lines[:FIRST_SCREEN_LINES])
    assert first_screen.split(". ")[1].startswith("It is for teams")
    assert "no account, no Docker, no token" in first_screen
    assert "(docs/pictures/before-after.jpg)" in first_screen


def test_the_reference_explains_every_error_and_no_other() -> None:
    classes = {error for error in vars(errors).values() if isinstance(error, type) and issubclass(error, DarkroomError)}
    leaves = {error.__name__ for error in classes if not error.__subclasses__()}
    skipped = {error.__name__ for error in SkippedUploadError.__subclasses__()}
    recorded, _, quiet = section("Errors").partition("**Skipped**")
    assert set(ERROR.findall(first_column(recorded))) == leaves - skipped - {ImageFailedError.__name__}
    assert set(ERROR.findall(first_column(quiet))) == skipped
    assert set(ERROR.findall(section("Errors"))) == leaves


def test_the_reference_says_which_errors_are_the_photos_own_fault() -> None:
    recorded = section("Errors").partition("The first five are the photo's own fault")[0]
    named = ERROR.findall(first_column(recorded))
    assert {name for name in named if fault_of(name) is Fault.PHOTO} == set(named[:5])


def test_the_routes_name_every_error() -> None:
    routes = (ROOT / "statemachine" / "README.md").read_text()
    classes = {error for error in vars(errors).values() if isinstance(error, type) and issubclass(error, DarkroomError)}
    leaves = {error.__name__.removesuffix("Error") for error in classes if not error.__subclasses__()}
    assert {name for name in leaves if not re.search(rf"\b{name}(?:Error)?\b", routes)} == set()


def test_the_reference_names_every_way_in_which_a_function_dies() -> None:
    [died] = [
        set(retrier["ErrorEquals"]) for retrier in tasks()["ValidateImage"]["Retry"] if retrier["MaxAttempts"] == 1
    ]
    assert died <= set(AWS_NAME.findall(first_column(section("Errors"))))


def test_the_reference_describes_attributes_that_the_code_writes() -> None:
    sources = [path for part in ("shared", "record") for path in (ROOT / "functions" / part).rglob("*.py")]
    nodes = [node for path in sources for node in ast.walk(ast.parse(path.read_text()))]
    written = {str(node.value) for node in nodes if isinstance(node, ast.Constant)}
    described = set(re.findall(r"`(\w+)`", first_column(section("The record"))))
    assert len(described) > 25
    assert described <= written


def test_the_reference_lists_what_a_copy_cannot_keep() -> None:
    listed = section("The record").partition("### What a copy cannot keep")[2]
    rows = [[cell.strip() for cell in row[1:-1].split("|")] for row in listed.splitlines() if row.startswith("|")][2:]
    missed, others = (list(filter(None, column)) for column in zip(*rows, strict=True))
    assert missed == [loss.value for loss in Loss if loss.is_missed]
    assert others == [loss.value for loss in Loss if not loss.is_missed]


def test_the_renditions_of_the_reference_are_a_valid_setting() -> None:
    [example] = re.findall(r"```json\n(.*?)\n```", section("Renditions"), re.DOTALL)
    assert [item.name for item in TypeAdapter(Renditions).validate_json(example)] == ["web", "thumb"]


@pytest.mark.parametrize("setting", ["LINK_SECONDS", "QUARANTINE_TAGS", "RENDITIONS"])
def test_a_setting_is_where_the_reference_says(setting: str) -> None:
    [function] = re.findall(rf"{setting}\b[^#]*?functions/(\w+)/function\.json", REFERENCE)[:1]
    assert setting in function_json(function)["environment"]


def statements(function: str) -> list[dict[str, Any]]:
    policy = json.loads((ROOT / "functions" / function / "policy.json").read_text())
    return [
        {**item, "Action": listed(item["Action"]), "Resource": listed(item["Resource"])} for item in policy["Statement"]
    ]


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_nothing_that_security_excludes(function: str) -> None:
    for statement in statements(function):
        actions = statement["Action"]
        assert not {action for action in actions if re.search("Delete|iam:|[*]", action)} - {
            "s3:DeleteObjectVersionTagging"
        }
        if "s3:PutObject" in actions:
            assert (function, statement["Resource"]) == ("enhance", ["${enhanced_bucket_arn}/enhanced/*"])
        assert "*" not in statement["Resource"] or all(action.startswith("xray:") for action in actions)


@pytest.mark.parametrize(
    ("action", "functions"),
    [
        ("s3:GetObjectVersion", {"validate", "enhance"}),
        ("dynamodb:PutItem", {"validate", "record"}),
        ("s3:PutObjectVersionTagging", {"record"}),
        ("sns:Publish", {"notify"}),
        ("states:DescribeExecution", {"record"}),
    ],
)
def test_the_functions_of_the_table_in_security_and_no_others_may(action: str, functions: set[str]) -> None:
    assert {name for name in FUNCTIONS for item in statements(name) if action in item["Action"]} == functions
