"""Bytecode for the zips: the same for the same source, and loaded without a look at the source."""

import importlib.util
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from darkroom.packaging import dependencies
from darkroom.packaging.bytecode import CompileError, interpreter, with_bytecode
from darkroom.packaging.dependencies import BuildError, Dependencies, runtime_interpreter
from darkroom.packaging.repository import ROOT

PYTHON = interpreter(sys.executable)
# The order of a set of strings is another in each process, unless the seed of their hashes is fixed.
SET = f"def known(word):\n    return word in {{{', '.join(repr(f'word {n}') for n in range(40))}}}\n"


def entries(*paths: Path, top: Path) -> list[tuple[Path, Path]]:
    return [(path.relative_to(top), path) for path in paths]


def compiled(files: list[tuple[Path, Path]], cache: Path) -> dict[str, bytes]:
    made = with_bytecode(files, PYTHON, cache)
    return {name.as_posix(): path.read_bytes() for name, path in made if name.suffix == ".pyc"}


@pytest.fixture
def module(tmp_path: Path) -> Path:
    path = tmp_path / "source" / "words.py"
    path.parent.mkdir()
    path.write_text(SET)
    return path


def test_a_file_has_the_same_bytecode_alone_and_among_others_in_any_order(module: Path, tmp_path: Path) -> None:
    shared = ROOT / "functions" / "shared"
    others = entries(*sorted(shared.glob("*.py")), top=ROOT)
    files = [*others, *entries(module, top=module.parent)]
    first = compiled(files, tmp_path / "first")
    assert len(first) == len(files)
    assert compiled(files[::-1], tmp_path / "second") == first
    alone = compiled(files[-1:], tmp_path / "third")
    assert alone == {name: first[name] for name in alone}
    assert len(alone) == 1


def test_python_loads_the_bytecode_without_a_look_at_the_source(module: Path, tmp_path: Path) -> None:
    [(name, content)] = compiled(entries(module, top=module.parent), tmp_path / "cache").items()
    assert module.parent / name == Path(importlib.util.cache_from_source(module))
    (module.parent / name).parent.mkdir()
    (module.parent / name).write_bytes(content)
    module.write_text("raise RuntimeError('compiled anew')")
    program = f"import sys; sys.path.insert(0, {str(module.parent)!r}); import words; print(words.known('word 7'))"
    done = subprocess.run([sys.executable, "-S", "-P", "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_a_changed_source_has_other_bytecode(module: Path, tmp_path: Path) -> None:
    files = entries(module, top=module.parent)
    before = compiled(files, tmp_path / "cache")
    module.write_text(SET.replace("word 7", "word x"))
    after = compiled(files, tmp_path / "cache")
    assert after.keys() == before.keys()
    assert after != before


def test_an_equal_source_is_compiled_once(module: Path, tmp_path: Path) -> None:
    files = entries(module, top=module.parent)
    before = compiled(files, tmp_path / "cache")
    broken = replace(PYTHON, program="/no/such/python")
    assert [path.read_bytes() for _, path in with_bytecode(files, broken, tmp_path / "cache")][1:] == [*before.values()]


def test_the_files_of_a_zip_are_named_as_lambda_unpacks_them(module: Path, tmp_path: Path) -> None:
    [content] = compiled(entries(module, top=module.parent), tmp_path / "cache").values()
    assert b"/var/task/words.py" in content
    assert str(tmp_path).encode() not in content


def test_what_is_no_python_of_this_version_is_left_without_bytecode(module: Path, tmp_path: Path) -> None:
    other = module.with_name("template.py")
    other.write_text("print 'two'")
    made = with_bytecode(entries(module, other, top=module.parent), PYTHON, tmp_path / "cache")
    names = [name.as_posix() for name, _ in made]
    assert names == ["words.py", f"__pycache__/words.{PYTHON.tag}.pyc", "template.py"]


def test_a_compiler_that_fails_is_named_with_what_it_said(module: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.write_text("no folder")
    with pytest.raises(CompileError, match=r"cannot compile:\n.*cache"):
        list(with_bytecode(entries(module, top=module.parent), PYTHON, cache))


def test_another_build_of_the_interpreter_makes_other_zips() -> None:
    needs = Dependencies("", (), PYTHON)
    other_build = replace(needs, compiler=replace(PYTHON, build=f"{PYTHON.build} patched"))
    assert len({needs.key, other_build.key, replace(needs, compiler=None).key}) == 3


def test_without_the_runtimes_python_a_build_says_what_to_do() -> None:
    # Also what a Python of another kind than CPython is to uv: none.
    with pytest.raises(
        BuildError, match=r"run on Python 3\.97, and this machine.*uv python install 3\.97.*--no-bytecode"
    ):
        runtime_interpreter("3.97")


def test_the_runtimes_python_is_one_of_its_version() -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert dependencies.runtime_interpreter(version).tag == sys.implementation.cache_tag
