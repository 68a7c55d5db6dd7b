"""Mutations of the table of records: the condition of a fresh record, and what is written and read back."""

from verification.mutations.catalogue_rows import Excluded, ModuleCatalogue, Row
from verification.mutations.mutation import UnitTests
from verification.mutations.named_suites import HISTORIES, LEDGER_TESTS
from verification.mutations.operators import ALWAYS, DROP_CLAUSE, DROP_STATEMENT, HOLD_EXPRESSION, NEVER

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
        "RecordTable.put": [
            Row(DROP_STATEMENT, LEDGER_TESTS),
        ],
        "RecordTable.update": [
            Row(NEVER, LEDGER_TESTS),
            Row(ALWAYS, LEDGER_TESTS),
        ],
        "RecordTable.delete": [
            Row(DROP_STATEMENT, UnitTests(("test_forget",))),
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
