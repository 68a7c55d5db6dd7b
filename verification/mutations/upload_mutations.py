"""Mutations of what says which upload is read, what is an upload at all, which are tagged, and what a replay starts."""

from verification.mutations.mutation import FaultInjection, Histories, Member, Mutation, Position, SmallLoad
from verification.mutations.operators import DROP_CONDITION, DROP_OPERAND, NEVER, SWAP_STATEMENTS, UNIQUE_RESULT

STORAGE, CONTRACTS = "functions/shared/storage.py", "functions/shared/contracts.py"
QUARANTINE = "functions/record/quarantine.py"
REPLAY, UNDELIVERED = (f"darkroom/commands/{name}.py" for name in ("replay_events", "undelivered"))
TAGGED_VERSION = Position(QUARANTINE, "module", DROP_CONDITION, 0)

READS = (
    Mutation("a read names no version", (Position(STORAGE, "PinnedObject.request", DROP_CONDITION, 0),), Histories()),
    Mutation(
        "a read names no ETag where there are no versions",
        (Position(STORAGE, "PinnedObject.request", DROP_CONDITION, 1),),
        Histories(),
    ),
)
UPLOADS = (
    Mutation(
        "Darkroom's own copies are uploads",
        (Position(CONTRACTS, "read_upload_event", NEVER, 0),),
        FaultInjection(("its own copy: states lambda:Invoke #1 validate throttled once",)),
    ),
    Mutation(
        "a folder is an upload",
        (Position(CONTRACTS, "refuse_folder_marker", NEVER),),
        FaultInjection(("a folder: states lambda:Invoke #1 validate throttled once",)),
    ),
    Mutation(
        "copies start executions", (Member("statemachine/upload-pattern.json", ("detail", "object")),), SmallLoad()
    ),
)
TAGS = (
    Mutation("tags: of whichever version is there", (TAGGED_VERSION,), Histories()),
    Mutation(
        "tags: also where no versions are kept",
        (Position(QUARANTINE, "module", NEVER, 0), TAGGED_VERSION),
        Histories(),
    ),
    Mutation("tags: of every failure", (Position(QUARANTINE, "quarantine", DROP_OPERAND, 0),), Histories()),
)
REPLAYS = (
    Mutation(
        "replay: an event has an execution per replay",
        (Position(UNDELIVERED, "Undelivered.name", UNIQUE_RESULT),),
        FaultInjection(("replayed: operator sqs:DeleteMessage #1 fails before once",)),
    ),
    Mutation(
        "replay: an event leaves the queue before it has its execution",
        (Position(REPLAY, "module", SWAP_STATEMENTS),),
        FaultInjection(("replayed: operator states:StartExecution #1 fails before once",)),
    ),
)
UPLOAD_MUTATIONS = (*READS, *UPLOADS, *TAGS, *REPLAYS)
