"""The commands, one module each: arguments, call, print."""
