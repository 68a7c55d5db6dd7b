"""The list of guards names every guard there is, and each can still be taken away."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from functions.shared.imaging.tiff_ifd import VALUE_COSTS
from functions.shared.records.ledger import PINNED_ATTRIBUTES
from tests.definitions import BACKSTOP, BACKSTOP_PATTERN, ROOT, STATE_MACHINE, function_json, tasks
from verification.corpus.corpus import corpus
from verification.corpus.expectations import SOUND, TOO_LARGE
from verification.faults.scenarios import SCENARIOS
from verification.mutations.catalogue import GUARDS
from verification.mutations.mutation import Guard, GuardGoneError, Hostile, Matrix, Member, Text, changed_files

TEXTS = [change for guard in GUARDS for change in guard.changes if isinstance(change, Text)]
MEMBERS = {change for guard in GUARDS for change in guard.changes if isinstance(change, Member)}
TABLE = "functions/shared/records/table.py"
CONDITION = re.compile(r'f?"[^"]*(?:attribute_not_exists|<>|= :seen|< :)[^"]*"')
CONDITIONAL_PUT = re.compile(r'\{"If(?:None)?Match": [^}]+\}')
LIMITS = sorted(
    {
        (f"functions/shared/imaging/{name}.py", limit)
        for name in ("images", "frames", "pillow_guard", "tiff_ifd")
        for limit in re.findall(
            r"^.*?\b(MAX_\w+)\b.* = ", (ROOT / "functions" / "shared" / "imaging" / f"{name}.py").read_text(), re.M
        )
        if limit != "MAX_IMAGE_PIXELS"
    }
)


def file(path: Path) -> str:
    return str(path.relative_to(ROOT))


def taken_from(path: str) -> str:
    """Return all words that guards take away from a file."""
    return "\n".join(text.words for text in TEXTS if text.file == path)


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_a_guard_can_be_taken_away(guard: Guard) -> None:
    for path, text in changed_files(guard, ROOT).items():
        assert text != (ROOT / path).read_text()
        if path.endswith(".py"):
            compile(text, path, "exec")


def test_no_two_guards_share_a_name() -> None:
    assert len({guard.name for guard in GUARDS}) == len(GUARDS)


@pytest.mark.parametrize("path", [STATE_MACHINE, BACKSTOP], ids=lambda path: path.name)
@pytest.mark.parametrize("kind", ["Catch", "Retry"])
def test_every_catch_and_retry_is_a_guard(path: Path, kind: str) -> None:
    for name, state in tasks(path).items():
        for number in range(len(state.get(kind, []))):
            assert Member(file(path), ("States", name, kind, number)) in MEMBERS


def test_every_status_that_starts_the_backstop_is_a_guard() -> None:
    statuses = json.loads(BACKSTOP_PATTERN.read_text())["detail"]["status"]
    for number in range(len(statuses)):
        assert Member(file(BACKSTOP_PATTERN), ("detail", "status", number)) in MEMBERS


def test_every_condition_of_the_table_is_a_guard() -> None:
    conditions = CONDITION.findall((ROOT / TABLE).read_text())
    assert len(conditions) == 5
    assert [condition for condition in conditions if condition not in taken_from(TABLE)] == []


@pytest.mark.parametrize("name", PINNED_ATTRIBUTES)
def test_every_pin_is_a_guard(name: str) -> None:
    assert f'"{name}"' in taken_from("functions/shared/records/ledger.py")


@pytest.mark.parametrize("path", ["functions/enhance/store.py", "functions/shared/storage.py"])
def test_every_condition_of_s3_is_a_guard(path: str) -> None:
    conditions = CONDITIONAL_PUT.findall((ROOT / path).read_text())
    assert conditions
    assert [condition for condition in conditions if condition not in taken_from(path)] == []


@pytest.mark.parametrize(("path", "limit"), LIMITS)
def test_every_limit_is_a_guard(path: str, limit: str) -> None:
    """It is used in the words of a guard, here or where it is asked for."""
    assert any(re.search(rf"\b{limit}\b", text.words) for text in TEXTS), f"{limit} of {path}"


@pytest.mark.parametrize("kind", VALUE_COSTS)
def test_every_weight_is_a_guard(kind: int) -> None:
    assert re.search(rf"(?:^|[ {{]){kind}: ", taken_from("functions/shared/imaging/tiff_ifd.py"), re.M)


@pytest.mark.parametrize("function", ["validate", "enhance"])
def test_every_limit_among_the_settings_is_a_guard(function: str) -> None:
    path = f"functions/{function}/function.json"
    for name in function_json(function)["environment"]:
        assert not name.startswith("MAX_") or f'"{name}"' in taken_from(path)


@pytest.mark.parametrize(
    "guard", [guard for guard in GUARDS if isinstance(guard.table, Hostile)], ids=lambda guard: guard.name
)
def test_a_guard_names_files_of_the_corpus(guard: Guard) -> None:
    assert isinstance(guard.table, Hostile)
    assert set(guard.table.files) <= corpus().keys()


def test_what_must_become_of_files_is_said_of_files_that_are_there() -> None:
    assert corpus().keys() >= SOUND | TOO_LARGE
    assert not SOUND & TOO_LARGE


@pytest.mark.parametrize(
    "guard", [guard for guard in GUARDS if isinstance(guard.table, Matrix)], ids=lambda guard: guard.name
)
def test_a_guard_names_scenarios_of_the_matrix(guard: Guard) -> None:
    assert isinstance(guard.table, Matrix)
    assert all(case.partition(": ")[0] in {scenario.name for scenario in SCENARIOS} for case in guard.table.cases)


@pytest.mark.parametrize(
    ("change", "source"),
    [
        (Text("a", "x"), "y"),
        (Text("a", "x"), "xx"),
        (Member("a", ("b", 1)), '{"b": [1]}'),
        (Member("a", ("c",)), "{}"),
    ],
)
def test_a_guard_that_is_gone_is_missed(change: Any, source: str) -> None:
    with pytest.raises(GuardGoneError):
        change.taken_from(source)
