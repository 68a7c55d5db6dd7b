"""Mutations of the store: which copies an upload's copy may replace."""

from verification.mutations.catalogue_rows import ModuleCatalogue, Row
from verification.mutations.named_suites import HISTORIES, STORE_TESTS
from verification.mutations.operators import ALWAYS, DROP_CONDITION, DROP_MEMBER, DROP_STATEMENT, NEVER, SHIFT_BOUNDARY

STORE = ModuleCatalogue(
    "functions/enhance/store.py",
    {
        "module": [
            Row(DROP_CONDITION, HISTORIES, "a copy is written wherever one is"),
            Row(DROP_MEMBER, STORE_TESTS),
            Row(DROP_MEMBER, STORE_TESTS),
            Row(DROP_MEMBER, STORE_TESTS),
            Row(DROP_MEMBER, STORE_TESTS),
            Row(DROP_MEMBER, STORE_TESTS),
            Row(NEVER, STORE_TESTS),
            Row(ALWAYS, STORE_TESTS),
            Row(NEVER, HISTORIES, "another key's copy is replaced"),
            Row(ALWAYS, STORE_TESTS),
            Row(NEVER, HISTORIES, "a newer upload's copy is replaced"),
            Row(ALWAYS, STORE_TESTS),
            Row(SHIFT_BOUNDARY, STORE_TESTS),
            Row(DROP_CONDITION, HISTORIES, "a copy replaces what was not seen"),
        ],
        "store": [
            Row(NEVER, STORE_TESTS),
            Row(ALWAYS, STORE_TESTS),
            Row(DROP_STATEMENT, STORE_TESTS),
        ],
    },
)
