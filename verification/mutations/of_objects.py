"""The guards of what lies in S3: which upload is read, whose copy may be replaced, and what is an upload at all."""

from verification.mutations.mutation import Guard, Matrix, Member, SmallLoad, worded

STORE, STORAGE = "functions/enhance/store.py", "functions/shared/storage.py"
CONTRACTS, REPLAY = "functions/shared/contracts.py", "darkroom/commands/replay_events.py"
REPLAYED = Matrix(("replayed: operator sqs:DeleteMessage #1 fails before once",))


GUARDS = (
    worded("a read names the version", STORAGE, '{"VersionId": self.version_id}', "{}"),
    worded("a read names the ETag where there are no versions", STORAGE, """{"IfMatch": f'"{self.etag}"'}""", "{}"),
    worded("a copy is written where nothing lies", STORE, 'NOTHING_THERE = {"IfNoneMatch": "*"}', "NOTHING_THERE = {}"),
    worded("a copy replaces what was seen", STORE, '{"IfMatch": found["ETag"]}', "{}"),
    worded(
        "a newer upload's copy stays",
        STORE,
        'if normalise_sequencer(found["Metadata"].get(SEQUENCER, "")) > ours:',
        "if False:",
    ),
    worded("another key's copy stays", STORE, 'if found["Metadata"].get(UPLOAD, upload) != upload:', "if False:"),
    worded(
        "Darkroom's own copies are no uploads",
        CONTRACTS,
        "if event.key.startswith(OUTPUT_PREFIX):",
        "if False:",
        Matrix(("its own copy: states lambda:Invoke #1 validate throttled once",)),
    ),
    worded(
        "a folder is no upload",
        CONTRACTS,
        'if event.key.endswith("/"):',
        "if False:",
        Matrix(("a folder: states lambda:Invoke #1 validate throttled once",)),
    ),
    Guard(
        "copies start no execution",
        (Member("statemachine/upload-pattern.json", ("detail", "object")),),
        SmallLoad(),
    ),
    worded(
        "replay: an event has one execution",
        REPLAY,
        """return f"replay-{re.sub(r'[^0-9A-Za-z_-]', '-', str(identity))[:72]}\"""",
        """return f"replay-{__import__('uuid').uuid4()}\"""",
        REPLAYED,
    ),
    worded(
        "replay: an event is in the queue until it has its execution",
        REPLAY,
        '        counts["replayed" if _start(client, event) else "had been replayed before"] += 1\n'
        "        # Only now: an event is in the queue or has its execution, at every moment.\n"
        "        queue.delete(event)\n",
        "        queue.delete(event)\n"
        '        counts["replayed" if _start(client, event) else "had been replayed before"] += 1\n',
        Matrix(("replayed: operator states:StartExecution #1 fails before once",)),
    ),
)
