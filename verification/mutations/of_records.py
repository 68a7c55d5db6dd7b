"""The guards of the ledger: who may write a record, and what the backstop may say of an end."""

from verification.mutations.mutation import STORIES, Guard, Matrix, Text, worded

CLAIMS, LEDGER, TABLE = (f"functions/shared/records/{name}.py" for name in ("claims", "ledger", "table"))
CORE, EXECUTIONS, QUARANTINE = (f"functions/record/{name}.py" for name in ("core", "executions", "quarantine"))
BACKSTOP_REPEATS = Matrix(("stopped: record dynamodb:UpdateItem #1 fails after once",))
TOLD_BY_PIPELINE = Matrix(("no photo: record dynamodb:UpdateItem #1 denied once",))
UNTOLD_SUCCESS = Matrix(("a photo: notify sns:Publish #1 denied once",))


STANDINGS = (
    worded(
        "a newer upload's record is not touched",
        CLAIMS,
        'if item["Sequencer"] > sequencer:',
        "if False:",
    ),
    worded(
        "a straggler of a concluded execution writes no more",
        CLAIMS,
        "if is_concluded(item, claimant):",
        "if False:",
    ),
    worded(
        "a straggler of a redriven execution writes no more",
        CLAIMS,
        "return Standing.HELD if is_redriven(item, claimant) else Standing.OURS",
        "return Standing.OURS",
    ),
    worded(
        "what another execution holds is held",
        CLAIMS,
        'return Standing.RESUMABLE if item["Status"] == FAILED or ran_out or claimant.force else Standing.HELD',
        "return Standing.RESUMABLE",
    ),
    worded("the lease: a claim runs out", CLAIMS, "or ran_out or", "or"),
    worded("the lease: not before its time", CLAIMS, ' and item["Timestamp"] < timestamp(lease_start)', ""),
    worded("the lease: of claims alone", CLAIMS, 'item["Status"] == PROCESSING and ', ""),
)
RULES = (
    worded(
        "claim: what this execution completed stays",
        LEDGER,
        'if not resumed and item["Status"] == COMPLETED:\n                raise',
        "if False:\n                raise",
    ),
    worded("fail: force is no licence to spoil", LEDGER, "claimant = replace(claimant, force=False)\n\n", "\n"),
    worded("fail: COMPLETED stays", LEDGER, "changes, unless_status=COMPLETED)", "changes)", UNTOLD_SUCCESS),
    worded(
        "fail, conclude: COMPLETED gets a note beside it",
        LEDGER,
        'if item["Status"] != COMPLETED:\n            return None',
        "if True:\n            return None",
        UNTOLD_SUCCESS,
    ),
    worded(
        "conclude: another's record is another's",
        LEDGER,
        'if item["ExecutionArn"] == claimant.execution_arn:\n',
        "if True:\n",
    ),
    worded(
        "conclude: an end is told once",
        LEDGER,
        "_refuse_to_repeat(item, claimant, signature, is_told=ending.is_told)\n",
        "pass\n",
    ),
    worded(
        "conclude: every end is remembered",
        LEDGER,
        'self.table.update(item["ImageId"], concluded, seen=_pins(item))',
        "pass",
    ),
    worded("conclude: of two backstops one speaks", LEDGER, "if known or (is_told and", "if (is_told and"),
    worded(
        "conclude: what the execution told is not signed",
        LEDGER,
        'if known or (is_told and (item["Status"] == FAILED or "NotificationError" in item)):',
        "if known:",
        Matrix(("no photo: states lambda:Invoke #1 validate throttled once",)),
    ),
    worded(
        "conclude: the same backstop goes on",
        LEDGER,
        "        return  # this backstop again",
        "        pass  # this backstop again",
        BACKSTOP_REPEATS,
    ),
    worded("conclude: not after a redrive has written", LEDGER, "if is_redriven(item, claimant):", "if False:"),
    worded("conclude, heir: the newest upload's", LEDGER, "self._judge(item, replace(claimant, force=False))", "pass"),
    worded(
        "conclude, heir: only of what was to be had when it was started",
        LEDGER,
        'if timestamp(claimant.started_at) <= item["Timestamp"]:',
        "if False:",
    ),
    worded(
        "reopen: COMPLETED stays",
        LEDGER,
        'if self._judge(item, claimant) is Standing.OURS and item["Status"] == COMPLETED:',
        "if False:",
        UNTOLD_SUCCESS,
    ),
    worded("update: only the holder's", LEDGER, 'seen={"ExecutionArn": claimant.execution_arn}', "seen={}"),
    worded(
        "update: not by a straggler of a concluded execution",
        LEDGER,
        'below={"BackstopRedriveCount": claimant.redrive_count, ',
        "below={",
    ),
    worded(
        "update: not by a straggler of a redriven execution",
        LEDGER,
        ', "RedriveCount": claimant.redrive_count + 1},',
        "},",
    ),
)
PINS = tuple(
    worded(f"every write is pinned to {name}", LEDGER, f'"{name}"{end}', end.removeprefix(", "))
    for name, end in (
        ("ExecutionArn", ", "),
        ("Status", ", "),
        ("RedriveCount", ", "),
        ("Concluded", ")\nMAX_TRIES"),
    )
)
CONDITIONS = (
    worded(
        "condition: a fresh record replaces none",
        TABLE,
        'ConditionExpression="attribute_not_exists(ImageId) OR Sequencer < :sequencer"',
        'ConditionExpression="attribute_not_exists(Nothing) OR Sequencer < :sequencer"',
    ),
    worded("condition: or an older upload's", TABLE, "attribute_not_exists(ImageId) OR ", ""),
    worded("condition: attributes as they were seen", TABLE, '[f"#{name} = :seen_{name}" for name in present]', "[]"),
    worded(
        "condition: none where none was seen",
        TABLE,
        '[f"attribute_not_exists(#{name})" for name in seen',
        '[f"(attribute_not_exists(#{name}) OR attribute_exists(#{name}))" for name in seen',
    ),
    worded("condition: not in that status", TABLE, 'conditions.append("#Status <> :unless_status")', "pass"),
    worded(
        "condition: not concluded since",
        TABLE,
        'conditions += [f"(attribute_not_exists(#{name}) OR #{name} < :below_{name})" for name in below]',
        "pass",
    ),
)
ENDS = (
    worded("the backstop: a redrive has followed", EXECUTIONS, "if known > redrive_count:", "if False:"),
    worded(
        "the backstop: Step Functions' answers lag",
        EXECUTIONS,
        'if known < redrive_count or described["status"] not in ERRORS:',
        "if False:",
    ),
    worded(
        "the backstop: Step Functions' history lags",
        EXECUTIONS,
        ' or not tail or tail[-1]["type"] not in ENDINGS',
        "",
    ),
    worded(
        "the backstop: the history does not know of the attempt",
        EXECUTIONS,
        "if attempt < redrive_count or not tail",
        "if not tail",
    ),
    worded(
        "the backstop: an earlier failure is not this one",
        EXECUTIONS,
        'state.get("failure") if name in FAILURE_BRANCH else None',
        'state.get("failure")',
    ),
    worded(
        "the backstop: what the pipeline told",
        EXECUTIONS,
        "is_told=_is_told(name, state, tail, redrive_count)",
        "is_told=False",
        TOLD_BY_PIPELINE,
    ),
    worded(
        "the backstop: told in this attempt, not before",
        EXECUTIONS,
        ' and int(told.get("redrive_count", 0)) == redrive_count',
        "",
    ),
)
TAGS = (
    worded(
        "tags: of the very version",
        QUARANTINE,
        '"Key": version.key, "VersionId": version.version_id}',
        '"Key": version.key}',
    ),
    Guard(
        "tags: only where versions are kept",
        (
            Text(QUARANTINE, "    if not version.version_id:\n        return False\n"),
            Text(QUARANTINE, '"Key": version.key, "VersionId": version.version_id}', '"Key": version.key}'),
        ),
        STORIES,
    ),
    worded(
        "tags: only of what failed for good", QUARANTINE, "return error_type in FOR_GOOD and _change", "return _change"
    ),
)
GUARDS = (*STANDINGS, *RULES, *PINS, *CONDITIONS, *ENDS, *TAGS)
