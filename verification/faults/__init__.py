"""Fault injection: every AWS call that Darkroom makes meets every fault, and the invariants are checked."""
