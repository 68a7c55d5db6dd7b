"""Placeholders are filled in strictly: nothing is left over, nothing is forgotten, JSON stays JSON."""

import json
from pathlib import Path

import pytest

from darkroom.packaging.placeholders import TemplateError, render, render_file, render_mapping


def test_fills_in_names_and_leaves_json_paths_alone() -> None:
    template = '{"arn": "${arn}", "again": "x-${arn}", "path.$": "$.image", "context.$": "$$.Execution"}'
    assert json.loads(render(template, {"arn": "arn:aws:1"}, source="a")) == {
        "arn": "arn:aws:1",
        "again": "x-arn:aws:1",
        "path.$": "$.image",
        "context.$": "$$.Execution",
    }


@pytest.mark.parametrize("value", ['say "hi"', "back\\slash", "line\nbreak", "ümläut", "${other}", r"\1"])
def test_any_value_comes_back_from_the_json_unchanged(value: str) -> None:
    assert json.loads(render('{"a": "<${a}>"}', {"a": value}, source="a")) == {"a": f"<{value}>"}


def test_a_missing_value_is_named_with_its_file(tmp_path: Path) -> None:
    template = tmp_path / "policy.json"
    template.write_text('{"a": "${bucket_arn}", "b": "${tabel_arn}"}')
    with pytest.raises(TemplateError, match=r"policy\.json: no value for \$\{tabel_arn\}"):
        render_file(template, {"bucket_arn": "x", "table_arn": "y"})


def test_an_unused_value_is_an_error_only_where_all_must_be_used(tmp_path: Path) -> None:
    template = tmp_path / "pipeline.asl.json"
    template.write_text('{"a": "${a}"}')
    assert render_file(template, {"a": "1", "b": "2"}) == '{"a": "1"}'
    with pytest.raises(TemplateError, match=r"pipeline\.asl\.json: uses no \$\{b\}"):
        render_file(template, {"a": "1", "b": "2"}, use_all=True)


def test_an_environment_is_filled_in() -> None:
    environment = {"TABLE_NAME": "${table_name}", "LOG_LEVEL": "INFO"}
    assert render_mapping(environment, {"table_name": "t"}, source="s") == {"TABLE_NAME": "t", "LOG_LEVEL": "INFO"}
