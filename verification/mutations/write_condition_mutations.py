"""Mutations of the conditions under which an update of a record is written."""

from verification.mutations.catalogue_rows import Excluded, ModuleCatalogue, Row
from verification.mutations.named_suites import HISTORIES, LEDGER_TESTS, NOTIFIER_DENIED
from verification.mutations.operators import ALWAYS, DROP_CLAUSE, HOLD_EXPRESSION, NEVER

WRITE_CONDITION = ModuleCatalogue(
    "functions/shared/records/write_condition.py",
    {
        "WriteCondition.expression": [
            Row(HOLD_EXPRESSION, HISTORIES, "an update ignores attributes that were seen"),
            Row(HOLD_EXPRESSION, HISTORIES, "an update ignores attributes that were absent"),
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(HOLD_EXPRESSION, NOTIFIER_DENIED, "an update ignores the status that it must not have"),
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(HOLD_EXPRESSION, HISTORIES, "an update ignores that the attempt was finalized"),
            Row(DROP_CLAUSE, LEDGER_TESTS),
            Row(DROP_CLAUSE, LEDGER_TESTS),
        ],
        "WriteCondition.values": [
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
        ],
        "WriteCondition.names": [
            Row(NEVER, Excluded("every caller changes or pins Status, so it is named already")),
            Row(ALWAYS, Excluded("every caller changes or pins Status, so it is named already")),
        ],
        "WriteCondition": [
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
        ],
    },
)
