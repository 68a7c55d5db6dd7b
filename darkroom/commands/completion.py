"""`darkroom completion`: a script that lets a shell complete commands, flags and files."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from darkroom.commands.arguments import Commands, add_command, readable, readable_file

SHELLS = ("bash", "zsh", "tcsh")
EXAMPLES = """\
  darkroom completion bash > ~/.local/share/bash-completion/completions/darkroom
  darkroom completion zsh > ~/.zfunc/_darkroom
  darkroom completion tcsh > ~/.darkroom.tcsh"""
# What reads the name of a file.
FILES = (Path, readable, readable_file)


def add_to(commands: Commands) -> None:
    """Add the command and its arguments."""
    parser = add_command(commands, "completion", "print a script that lets a shell complete this command", EXAMPLES)
    parser.add_argument("shell", choices=SHELLS, help="to be read where that shell keeps such scripts")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, _console: Console) -> None:
    import shtab  # noqa: PLC0415 - no other command needs it

    from darkroom.__main__ import parser  # noqa: PLC0415 - which imports this

    root = parser()
    for action in _actions(root):
        if action.type in FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined] # as shtab has it
    print(shtab.complete(root, options.shell))


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield the arguments of a parser and of its commands; argparse has no public way to them."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)
        yield action
