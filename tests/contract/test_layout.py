"""Where modules lie and who may import whom."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.definitions import FUNCTIONS, ROOT

PACKAGES = ("functions", "darkroom", "verification", "tools", "tests")
STANDARD_NAMES = {"handler.py", "settings.py", "__main__.py", "__init__.py"}
# What of the repository each package may import besides itself.
ARROWS = {
    "functions": set[str](),
    "darkroom": {"functions"},
    "verification": {"darkroom", "functions"},
    "tools": {"verification", "darkroom", "functions"},
    "tests": {"tools", "verification", "darkroom", "functions"},
}
# The same for the parts of the enhance function; what is in none of them (handler, settings, ..) may import all.
ENHANCE_ARROWS: dict[str, set[str]] = {"codec": set(), "analysis": set(), "edit": {"analysis"}}
# The array types, and what a picture's numbers mean, stand above the parts, for all of them.
SHARED_BY_THE_PARTS = ("arrays", "colour_space", "srgb")
# Of the command: what enhances files of this machine, and the page, which shows what a choice would make of a photo.
ENHANCING_HERE = ("darkroom.commands.enhance", "darkroom.page.")
KNOWS_ALL_PARTS = {"functions.enhance.enhance_photo", "functions.enhance.handler", "functions.enhance.settings"}


def module_name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


MODULES = {
    module_name(path.relative_to(ROOT)): path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))
}


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Return what an import of a module runs: not the bodies of functions, nor what is for type checkers only."""
    for node in body:
        yield node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield from statements(node.orelse)
            continue
        for name in ("body", "orelse", "finalbody"):
            yield from statements(getattr(node, name, []))
        for handler in getattr(node, "handlers", []):
            yield from statements(handler.body)


def targets(node: ast.AST) -> Iterator[str]:
    """Return the modules of this repository that an import statement names."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in MODULES)
    elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
        inner = {f"{node.module}.{alias.name}" for alias in node.names} & MODULES.keys()
        yield from inner or {node.module}


@cache
def imports(module: str) -> frozenset[str]:
    """Return all modules of this repository that a module imports, wherever in it."""
    return frozenset(target for node in ast.walk(ast.parse(MODULES[module].read_text())) for target in targets(node))


@cache
def imports_at_start(module: str) -> frozenset[str]:
    """Return the modules of this repository that an import of a module imports."""
    tree = ast.parse(MODULES[module].read_text())
    return frozenset(target for node in statements(tree.body) for target in targets(node))


def package(module: str, depth: int = 1) -> str:
    return ".".join(module.split(".")[:depth])


def modules_of(name: str) -> list[str]:
    return [module for module in MODULES if f"{module}.".startswith(f"{name}.")]


def test_no_two_modules_outside_tests_share_a_file_name() -> None:
    places = defaultdict(list)
    for module, path in MODULES.items():
        if package(module) != "tests" and path.name not in STANDARD_NAMES:
            places[path.name].append(module)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_imports_only_what_its_arrows_say(name: str) -> None:
    wrong = {
        f"{module} -> {target}"
        for module in modules_of(name)
        for target in imports(module)
        if package(target) not in {name, *ARROWS[name]}
    }
    assert wrong == set()


@pytest.mark.parametrize("function", [*FUNCTIONS, "operate", "shared"])
def test_a_function_imports_only_itself_and_shared(function: str) -> None:
    allowed = {f"functions.{function}", "functions.shared"}
    used = {package(target, 2) for module in modules_of(f"functions.{function}") for target in imports(module)}
    assert used <= allowed


@pytest.mark.parametrize("part", ENHANCE_ARROWS)
def test_a_part_of_the_enhance_function_imports_only_what_its_arrows_say(part: str) -> None:
    inside = {f"functions.enhance.{name}" for name in (part, *SHARED_BY_THE_PARTS, *ENHANCE_ARROWS[part])}
    wrong = {
        f"{module} -> {target}"
        for module in modules_of(f"functions.enhance.{part}")
        for target in imports(module)
        if package(target, 2) == "functions.enhance" and package(target, 3) not in inside
    }
    assert wrong == set()


def test_only_the_core_of_the_enhance_function_and_its_handler_know_all_parts() -> None:
    parts = {f"functions.enhance.{name}" for name in ENHANCE_ARROWS}
    knowing = {
        module
        for module in modules_of("functions.enhance")
        if len({package(target, 3) for target in imports(module)} & parts) > 1 and package(module, 3) not in parts
    }
    assert knowing <= KNOWS_ALL_PARTS


def test_only_what_enhances_here_or_shows_it_imports_the_enhancement() -> None:
    importing = {
        module
        for module in modules_of("darkroom")
        if any(package(target, 2) == "functions.enhance" for target in imports(module))
    }
    assert {module for module in importing if not module.startswith(ENHANCING_HERE)} == set()


def test_imaging_and_records_do_not_import_each_other() -> None:
    sides = ("functions.shared.imaging", "functions.shared.records")
    used = [{package(target, 3) for module in modules_of(side) for target in imports(module)} for side in sides]
    assert sides[1] not in used[0]
    assert sides[0] not in used[1]


def cycles() -> list[list[str]]:
    """Return the groups of modules outside tests that import each other in a circle (Tarjan 1972)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        order[module] = lowest[module] = len(order)
        path.append(module)
        for target in sorted(imports_at_start(module)):
            if target not in order:
                visit(target)
            if target in path:
                lowest[module] = min(lowest[module], lowest[target])
        if lowest[module] == order[module]:
            group = path[path.index(module) :]
            del path[path.index(module) :]
            found.append(group)

    for module in MODULES:
        if module not in order and package(module) != "tests":
            visit(module)
    return [group for group in found if len(group) > 1]


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert cycles() == []
