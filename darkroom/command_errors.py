"""Errors that end the `darkroom` command with one line instead of a traceback."""


class CommandError(Exception):
    """Base of what a person can fix; the message names the thing and the remedy."""


class UsageError(CommandError):
    """The command was called with what it cannot do; nothing was begun. The exit status is 2."""
