"""Compiles Python files, each in a process of its own; run as a script by the interpreter that will load them.

What a compiler has met before can change what it writes: a constant that it still holds is marshalled as shared. So
each file is compiled in a fork of this process, which compiles nothing itself: a file's bytecode depends neither on the
other files nor on their order.

Standard input holds a JSON list of [file, name in tracebacks, file to write].
"""

import json
import os
import py_compile
import sys


def compile_each(files: list[tuple[str, str, str]]) -> None:
    """Compile each file; one that is no Python of this version is left without bytecode. Raises ChildProcessError."""
    for source, name, target in files:
        child = os.fork()
        if not child:
            # Not by sys.exit: nothing of the parent may run twice.
            os._exit(_compile(source, name, target))
        _, status = os.waitpid(child, 0)
        if status:
            raise ChildProcessError(f"{name} cannot be compiled: its process ended with status {status}.")


def _compile(source: str, name: str, target: str) -> int:
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    try:
        py_compile.compile(source, target, name, doraise=True, invalidation_mode=mode)
    except py_compile.PyCompileError:
        return 0
    except Exception as error:  # noqa: BLE001 - whatever it is, the fork must not go on as a second parent
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    compile_each(json.load(sys.stdin))
