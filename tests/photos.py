"""Photos made by script, under the name that the tests know."""

from verification.harness.photos import encoded, jpeg, opened, scene

__all__ = ["encoded", "jpeg", "opened", "scene"]
