"""Mutations of the lists of states: by them the recorder says what failed and the backstop what was announced."""

from verification.mutations.catalogue_rows import ModuleCatalogue, Row
from verification.mutations.named_suites import STATE_MACHINE_TESTS
from verification.mutations.operators import DROP_MEMBER

WORKFLOW = ModuleCatalogue(
    "functions/shared/workflow.py",
    {
        "module": [
            Row(DROP_MEMBER, STATE_MACHINE_TESTS),
            Row(DROP_MEMBER, STATE_MACHINE_TESTS),
            Row(DROP_MEMBER, STATE_MACHINE_TESTS),
            Row(DROP_MEMBER, STATE_MACHINE_TESTS),
            Row(DROP_MEMBER, STATE_MACHINE_TESTS),
            Row(DROP_MEMBER, STATE_MACHINE_TESTS),
            Row(DROP_MEMBER, STATE_MACHINE_TESTS),
            Row(DROP_MEMBER, STATE_MACHINE_TESTS),
            Row(DROP_MEMBER, STATE_MACHINE_TESTS),
        ],
    },
)
