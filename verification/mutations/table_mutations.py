"""Mutations of the table of records: the condition expressions of its writes."""

from verification.mutations.catalogue_rows import Excluded, ModuleCatalogue, Row
from verification.mutations.named_suites import HISTORIES, LEDGER_TESTS, NOTIFIER_DENIED
from verification.mutations.operators import ALWAYS, DROP_CLAUSE, DROP_OPERAND, DROP_STATEMENT, HOLD_EXPRESSION, NEVER

TABLE = ModuleCatalogue(
    "functions/shared/records/table.py",
    {
        "RefusedWriteError.__init__": [
            Row(DROP_STATEMENT, Excluded("the text of a message")),
        ],
        "RecordTable.put_unless_newer": [
            Row(DROP_STATEMENT, LEDGER_TESTS),
            Row(HOLD_EXPRESSION, HISTORIES, "a fresh record replaces any"),
            Row(DROP_CLAUSE, HISTORIES, "a fresh record needs an older upload's"),
            Row(DROP_CLAUSE, LEDGER_TESTS),
        ],
        "RecordTable.update": [
            Row(DROP_STATEMENT, LEDGER_TESTS),
            Row(DROP_OPERAND, LEDGER_TESTS),
            Row(DROP_OPERAND, LEDGER_TESTS),
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(HOLD_EXPRESSION, HISTORIES, "an update ignores attributes that were seen"),
            Row(DROP_STATEMENT, LEDGER_TESTS),
            Row(HOLD_EXPRESSION, HISTORIES, "an update ignores attributes that were absent"),
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(DROP_STATEMENT, LEDGER_TESTS),
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, Excluded("a status always differs from NULL")),
            Row(DROP_STATEMENT, LEDGER_TESTS),
            Row(HOLD_EXPRESSION, NOTIFIER_DENIED, "an update ignores the status that it must not have"),
            Row(DROP_STATEMENT, LEDGER_TESTS),
            Row(HOLD_EXPRESSION, HISTORIES, "an update ignores that the attempt was finalized"),
            Row(DROP_CLAUSE, LEDGER_TESTS),
            Row(DROP_CLAUSE, LEDGER_TESTS),
            Row(DROP_STATEMENT, LEDGER_TESTS),
            Row(NEVER, Excluded("every caller changes or pins Status, so it is named already")),
            Row(ALWAYS, Excluded("every caller changes or pins Status, so it is named already")),
        ],
        "module": [
            Row(HOLD_EXPRESSION, LEDGER_TESTS),
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
        ],
    },
)
