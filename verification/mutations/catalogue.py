"""Every mutation there is."""

from verification.mutations.definition_mutations import DEFINITION_MUTATIONS
from verification.mutations.ended_execution_mutations import ENDED_EXECUTION
from verification.mutations.ledger_mutations import LEDGER
from verification.mutations.limit_mutations import LIMIT_MUTATIONS
from verification.mutations.mutation import Mutation, Position
from verification.mutations.named_suites import HISTORIES, RECORDER_DENIED
from verification.mutations.operators import DROP_OPERAND, NEVER
from verification.mutations.ownership_mutations import OWNERSHIP
from verification.mutations.store_mutations import STORE
from verification.mutations.table_mutations import ATTRIBUTES, TABLE
from verification.mutations.upload_mutations import UPLOAD_MUTATIONS
from verification.mutations.workflow_mutations import WORKFLOW
from verification.mutations.write_condition_mutations import WRITE_CONDITION

# Of these, all that guards something is listed.
MODULES = (LEDGER, OWNERSHIP, TABLE, ATTRIBUTES, WRITE_CONDITION, STORE, ENDED_EXECUTION, WORKFLOW)
# What takes more than one change.
RECORD_MUTATIONS = (
    Mutation(
        "the backstop: the history's lag is ignored",
        (
            Position(ENDED_EXECUTION.file, "module", DROP_OPERAND, 7),
            Position(ENDED_EXECUTION.file, "module", DROP_OPERAND, 8),
        ),
        HISTORIES,
    ),
    Mutation(
        "the backstop: what the pipeline announced is announced again",
        (Position(ENDED_EXECUTION.file, "module", NEVER, 12), Position(ENDED_EXECUTION.file, "module", NEVER, 14)),
        RECORDER_DENIED,
    ),
)
MUTATIONS = (
    *(mutation for module in MODULES for mutation in module.mutations()),
    *RECORD_MUTATIONS,
    *UPLOAD_MUTATIONS,
    *DEFINITION_MUTATIONS,
    *LIMIT_MUTATIONS,
)
