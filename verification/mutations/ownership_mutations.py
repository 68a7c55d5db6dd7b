"""Mutations of ownership: how a record relates to an execution that wants it."""

from verification.mutations.catalogue_rows import Excluded, ModuleCatalogue, Row
from verification.mutations.named_suites import HISTORIES, LEDGER_TESTS, RECORD_TESTS
from verification.mutations.operators import ALWAYS, DROP_CONDITION, DROP_OPERAND, NEVER, SHIFT_BOUNDARY

OWNERSHIP = ModuleCatalogue(
    "functions/shared/records/ownership.py",
    {
        "claimant_of": [
            Row(DROP_CONDITION, RECORD_TESTS),
            Row(NEVER, RECORD_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
        ],
        "planned_on": [
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
        ],
        "is_as_planned": [
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(DROP_OPERAND, LEDGER_TESTS),
            Row(DROP_OPERAND, LEDGER_TESTS),
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(SHIFT_BOUNDARY, Excluded("a record says more than a plan saw of it")),
            Row(DROP_OPERAND, LEDGER_TESTS),
            Row(DROP_OPERAND, LEDGER_TESTS),
        ],
        "ownership_of": [
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(DROP_OPERAND, LEDGER_TESTS),
            Row(SHIFT_BOUNDARY, LEDGER_TESTS),
            Row(DROP_OPERAND, LEDGER_TESTS),
            Row(NEVER, HISTORIES, "a newer upload's record is taken"),
            Row(ALWAYS, LEDGER_TESTS),
            Row(SHIFT_BOUNDARY, LEDGER_TESTS),
            Row(NEVER, HISTORIES, "a stale invocation of a finalized execution writes"),
            Row(ALWAYS, LEDGER_TESTS),
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(NEVER, HISTORIES, "a stale invocation of a redriven execution writes"),
            Row(ALWAYS, LEDGER_TESTS),
            Row(DROP_OPERAND, HISTORIES, "the lease: also of what is no claim"),
            Row(SHIFT_BOUNDARY, LEDGER_TESTS),
            Row(DROP_OPERAND, HISTORIES, "the lease: it runs out at once"),
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, HISTORIES, "what another execution holds is taken"),
            Row(DROP_OPERAND, LEDGER_TESTS),
            Row(DROP_OPERAND, HISTORIES, "the lease: a claim never runs out"),
            Row(DROP_OPERAND, LEDGER_TESTS),
        ],
        "is_finalized": [
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(SHIFT_BOUNDARY, LEDGER_TESTS),
        ],
        "is_redriven": [
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(SHIFT_BOUNDARY, LEDGER_TESTS),
        ],
        "is_unwritten": [
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(DROP_OPERAND, Excluded("the write that follows is pinned to the execution")),
            Row(SHIFT_BOUNDARY, Excluded("the write that follows is the one that was refused")),
            Row(DROP_OPERAND, LEDGER_TESTS),
        ],
        "attempt_of": [
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
        ],
    },
)
