"""Proves what Darkroom guarantees. It never ships: neither in the wheel nor in a function's zip."""
