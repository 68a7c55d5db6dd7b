"""The guards: each is taken away once, and one of the tables must turn red."""
