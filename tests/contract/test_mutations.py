"""The catalogue lists every mutation that it must, and each applies to the sources as they are."""

import ast
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from functions.shared.imaging.tiff_ifd import VALUE_COSTS
from functions.shared.records.ledger import PINNED_ATTRIBUTES
from tests.definitions import BACKSTOP, BACKSTOP_PATTERN, ROOT, STATE_MACHINE, function_json, tasks
from verification.corpus.corpus import corpus
from verification.corpus.expectations import SOUND, TOO_LARGE
from verification.faults.cases import case_named
from verification.mutations.catalogue import MODULES, MUTATIONS
from verification.mutations.catalogue_rows import Excluded, ModuleCatalogue, guarding_sites
from verification.mutations.killers import in_source_tree, named_killers, paths_of
from verification.mutations.limit_mutations import TIFF_IFD
from verification.mutations.mutation import (
    FaultInjection,
    MaliciousFiles,
    Member,
    Mutation,
    MutationNotFoundError,
    Position,
    mutated_files,
    mutated_json,
    mutated_python,
)
from verification.mutations.operators import (
    ALWAYS,
    DROP_BOUND,
    DROP_CLAUSE,
    DROP_CONDITION,
    DROP_ENTRY,
    DROP_KEYWORD,
    DROP_MEMBER,
    DROP_OPERAND,
    DROP_STATEMENT,
    HOLD_EXPRESSION,
    LIFT_LIMIT,
    NEVER,
    SHIFT_BOUNDARY,
    SWAP_STATEMENTS,
    UNIQUE_RESULT,
    Site,
    sites,
)
from verification.mutations.position_list import listed

POSITIONS = {change for mutation in MUTATIONS for change in mutation.changes if isinstance(change, Position)}
MEMBERS = {
    (change.file, change.path) for mutation in MUTATIONS for change in mutation.changes if isinstance(change, Member)
}
IMAGING = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "functions" / "shared" / "imaging").glob("*.py"))
PRIVATE = "_renamed_"
NO_PRIVATE_FUNCTIONS = ("ownership.py", "workflow.py")


def sites_of(file: str) -> list[Site]:
    return sites(ast.parse((ROOT / file).read_text()))


def file(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def unparsed(file: str) -> str:
    return ast.unparse(ast.parse((ROOT / file).read_text()))


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_mutation_applies(mutation: Mutation) -> None:
    for path, text in mutated_files(mutation, ROOT).items():
        source = (ROOT / path).read_text()
        if path.endswith(".py"):
            compile(text, path, "exec")
            assert text != unparsed(path)
        else:
            assert json.loads(text) != json.loads(source)


def test_no_two_mutations_share_a_name() -> None:
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.file)
def test_every_guarding_site_is_listed(module: ModuleCatalogue) -> None:
    positions = {position for position, _ in module.positions()}
    there = {Position.of(module.file, site): site for site in guarding_sites((ROOT / module.file).read_text())}
    new = [f"{position} {there[position].code}" for position in there.keys() - positions]
    assert not new, "New in the sources; python -m verification.mutations --list shows where"
    assert not positions - there.keys(), "No longer in the sources"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.file)
def test_an_exclusion_has_a_reason(module: ModuleCatalogue) -> None:
    assert all(row.suite.reason for _, row in module.positions() if isinstance(row.suite, Excluded))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.file)
def test_private_names_and_comments_do_not_move_sites(module: ModuleCatalogue) -> None:
    source = (ROOT / module.file).read_text()
    # What ast.unparse() returns has no comments.
    changed = ast.unparse(with_private_functions_renamed(ast.parse(source)))
    assert changed.count(PRIVATE) > source.count(PRIVATE) or module.file.endswith(NO_PRIVATE_FUNCTIONS)
    places = [(site.scope, site.operator, site.ordinal) for site in sites(ast.parse(source))]
    assert [(site.scope, site.operator, site.ordinal) for site in sites(ast.parse(changed))] == places


def with_private_functions_renamed(tree: ast.Module) -> ast.Module:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and is_private(node.name)]
    names = {node.name: f"{PRIVATE}{number}" for number, node in enumerate(functions)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.name = names.get(node.name, node.name)
        elif isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
        elif isinstance(node, ast.Attribute):
            node.attr = names.get(node.attr, node.attr)
    return tree


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


@pytest.mark.parametrize("position", sorted(POSITIONS, key=str), ids=str)
def test_no_position_names_a_private_function(position: Position) -> None:
    assert not any(is_private(name) for name in position.scope.split("."))


def test_a_new_condition_is_shown_as_new(monkeypatch: pytest.MonkeyPatch) -> None:
    [ownership] = [module for module in MODULES if module.file.endswith("ownership.py")]
    rows = {scope: rows[:-1] if scope == "is_redriven" else rows for scope, rows in ownership.rows.items()}
    monkeypatch.setattr("verification.mutations.position_list.MODULES", (ModuleCatalogue(ownership.file, rows),))
    monkeypatch.setattr("verification.mutations.position_list.MUTATIONS", ())
    [new] = [line for line in listed([]) if line.endswith("| NEW")]
    assert "| is_redriven |" in new


@pytest.mark.parametrize("path", [STATE_MACHINE, BACKSTOP], ids=lambda path: path.name)
@pytest.mark.parametrize("kind", ["Catch", "Retry"])
def test_every_catch_and_retry_is_listed(path: Path, kind: str) -> None:
    for name, state in tasks(path).items():
        for number in range(len(state.get(kind, []))):
            assert (file(path), ("States", name, kind, number)) in MEMBERS


def test_every_status_that_starts_the_backstop_is_listed() -> None:
    ended, redriven = json.loads(BACKSTOP_PATTERN.read_text())["detail"]["$or"]
    for number in range(len(ended["status"])):
        assert (file(BACKSTOP_PATTERN), ("detail", "$or", 0, "status", number)) in MEMBERS
    assert redriven.keys() == {"status", "redriveCount"}
    assert (file(BACKSTOP_PATTERN), ("detail", "$or", 1)) in MEMBERS


@pytest.mark.parametrize("operator", [HOLD_EXPRESSION, DROP_CLAUSE])
def test_every_condition_expression_of_the_table_is_listed(operator: str) -> None:
    paths = [f"functions/shared/records/{name}.py" for name in ("table", "write_condition")]
    expressions = {Position.of(path, site) for path in paths for site in sites_of(path) if site.operator == operator}
    assert len(expressions) >= 4
    assert expressions <= POSITIONS


def listed_members(path: str) -> set[str]:
    listed = (site for site in sites_of(path) if Position.of(path, site) in POSITIONS)
    return {site.code for site in listed if site.operator == DROP_MEMBER}


@pytest.mark.parametrize("name", PINNED_ATTRIBUTES)
def test_every_pinned_attribute_is_listed(name: str) -> None:
    assert repr(name) in listed_members("functions/shared/records/ledger.py")


@pytest.mark.parametrize("path", ["functions/enhance/store.py", "functions/shared/storage.py"])
def test_every_condition_of_s3_is_listed(path: str) -> None:
    conditions = {Position.of(path, site) for site in sites_of(path) if site.operator == DROP_CONDITION}
    assert len(conditions) == 2
    assert conditions <= POSITIONS


def limits_in(tree: ast.AST) -> Iterator[str]:
    """Yield the limits that a module defines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id.startswith("MAX_"):
            yield node.id


@pytest.mark.parametrize("path", IMAGING)
def test_every_use_of_a_limit_is_listed(path: str) -> None:
    uses = {Position.of(path, site) for site in sites_of(path) if site.operator == LIFT_LIMIT}
    assert uses <= POSITIONS


def test_every_limit_is_used() -> None:
    limits = {name for path in IMAGING for name in limits_in(ast.parse((ROOT / path).read_text()))}
    assert limits
    assert limits <= {site.code for path in IMAGING for site in sites_of(path) if site.operator == LIFT_LIMIT}


@pytest.mark.parametrize(("kind", "cost"), VALUE_COSTS.items())
def test_every_cost_is_listed(kind: int, cost: int) -> None:
    assert f"{{{kind}: {cost}}}" in listed_members(TIFF_IFD)


@pytest.mark.parametrize("function", ["validate", "enhance"])
def test_every_limit_among_the_settings_is_listed(function: str) -> None:
    path = f"functions/{function}/function.json"
    for name in function_json(function)["environment"]:
        assert not name.startswith("MAX_") or (path, ("environment", name)) in MEMBERS


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_mutation_names_a_suite_that_is_there(mutation: Mutation) -> None:
    suite = mutation.suite
    if isinstance(suite, MaliciousFiles):
        assert set(suite.files) <= corpus().keys()
    elif isinstance(suite, FaultInjection):
        assert all(is_case(name) for name in suite.cases)
    assert all((ROOT / path).exists() for path in paths_of(mutation))


def is_case(name: str) -> bool:
    case = case_named(name)
    is_known = case.fault_type in case.point.fault_types and case.point.function in case.scenario.functions
    return is_known and str(case) == name


@pytest.mark.parametrize(
    "name", ["a photo: enhance s3:PutObject #1 denied", "no scenario: enhance s3:PutObject #1 denied once"]
)
def test_a_case_that_is_not_there_is_an_error(name: str) -> None:
    with pytest.raises(ValueError, match="No case"):
        case_named(name)


def test_a_named_killer_belongs_to_a_mutation() -> None:
    assert named_killers().keys() <= {mutation.name for mutation in MUTATIONS if in_source_tree(mutation)}


@pytest.mark.parametrize("name", named_killers())
def test_a_named_killer_is_a_test_of_the_suite(name: str) -> None:
    [mutation] = [mutation for mutation in MUTATIONS if mutation.name == name]
    path, *names = named_killers()[name].partition("[")[0].split("::")
    assert path in paths_of(mutation)
    assert names
    body: list[ast.stmt] = ast.parse((ROOT / path).read_text()).body
    for part in names:
        [found] = [node for node in body if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and node.name == part]
        body = found.body


def test_expectations_name_files_of_the_corpus() -> None:
    assert corpus().keys() >= SOUND | TOO_LARGE
    assert not SOUND & TOO_LARGE


@pytest.mark.parametrize(
    ("operator", "source", "mutated"),
    [
        (NEVER, "if a: b()", "if False:\n    b()"),
        (NEVER, "def f() -> bool:\n    return g()", "def f() -> bool:\n    return False"),
        (ALWAYS, "x = [a for a in b if a]", "x = [a for a in b if True]"),
        (ALWAYS, "x = a == b", "x = True"),
        (DROP_OPERAND, "if a and b: c()", "if b:\n    c()"),
        (SHIFT_BOUNDARY, "x = a < b", "x = a <= b"),
        (HOLD_EXPRESSION, "x = f'#{n} = :{n}'", "x = f'(#{n} = :{n} OR attribute_not_exists(NoSuchAttribute))'"),
        (DROP_CLAUSE, "x = 'attribute_not_exists(A) OR B < :b'", "x = f'B < :b'"),
        (DROP_CLAUSE, "x = f'(attribute_not_exists(#{n}) OR #{n} < :{n})'", "x = f'#{n} < :{n}'"),
        (DROP_MEMBER, "x = {'a': 1, 'b': 2}", "x = {'b': 2}"),
        (DROP_ENTRY, "def f(a):\n    return (a, 1)", "def f(a):\n    return (1,)"),
        (DROP_CONDITION, "def f(a):\n    a(b=1, only_if={'c': 1})", "def f(a):\n    a(b=1, only_if={})"),
        (DROP_CONDITION, "x = {'IfMatch': 1}", "x = {}"),
        (DROP_CONDITION, "f(unless_status=1)", "f()"),
        (DROP_KEYWORD, "f(a=1)", "f()"),
        (DROP_BOUND, "x = min(a, b)", "x = min(b, b)"),
        (DROP_STATEMENT, "f()", "pass"),
        (DROP_STATEMENT, "def f(a):\n    b = 1\n    a = 2", "def f(a):\n    b = 1\n    pass"),
        (SWAP_STATEMENTS, "for a in b:\n    c()\n    d()", "for a in b:\n    d()\n    c()"),
        (LIFT_LIMIT, "x = a > MAX_A", "x = a > 10000000000000"),
        (UNIQUE_RESULT, "def f():\n    return a", "def f():\n    return __import__('uuid').uuid4().hex"),
    ],
)
def test_an_operator_changes_its_first_site(operator: str, source: str, mutated: str) -> None:
    scope = "f" if source.startswith("def f") else "module"
    assert mutated_python(source, Position("a.py", scope, operator)) == mutated


@pytest.mark.parametrize(
    "source",
    ['"""if a: A text."""', "if TYPE_CHECKING:\n    f()", "a: dict[str, int]", "raise E(f'{a if b else c}')"],
)
def test_nothing_guards_in_texts_and_types(source: str) -> None:
    assert guarding_sites(source) == []


def test_a_position_that_is_gone_is_an_error() -> None:
    with pytest.raises(MutationNotFoundError, match="--list"):
        mutated_python("a = 1", Position("a.py", "module", NEVER))


@pytest.mark.parametrize(
    ("member", "source"),
    [
        (Member("a", ("b", 1)), '{"b": [1]}'),
        (Member("a", ("c",)), "{}"),
        (Member("a", ("c",), "same"), '{"c": "same"}'),
    ],
)
def test_a_member_that_is_gone_is_an_error(member: Member, source: str) -> None:
    with pytest.raises(MutationNotFoundError):
        mutated_json(source, member)


def test_the_documentation_says_how_many_there_are() -> None:
    guarantees = (ROOT / "docs" / "guarantees.md").read_text()
    assert f"| {len(MUTATIONS)} mutations, one at a time" in guarantees
    assert f"| the malicious-file corpus: {len(corpus())} files" in guarantees
