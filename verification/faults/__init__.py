"""The fault matrix: every AWS call that Darkroom makes meets every fault, and the promises are checked."""
