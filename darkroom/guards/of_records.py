"""The guards of the ledger: who may write a record, and what the backstop may say of an end."""

from darkroom.guards.guard import Guard, Histories, Matrix, Text

CLAIMS, LEDGER, TABLE = (f"functions/shared/{name}.py" for name in ("claims", "ledger", "table"))
CORE, EXECUTIONS, QUARANTINE = (f"functions/record/{name}.py" for name in ("core", "executions", "quarantine"))
BACKSTOP_REPEATS = Matrix(("stopped: record dynamodb:UpdateItem #1 fails after once",))
TOLD_BY_PIPELINE = Matrix(("no photo: record dynamodb:UpdateItem #1 denied once",))
UNTOLD_SUCCESS = Matrix(("a photo: notify sns:Publish #1 denied once",))
TAKEN_OVER = Histories()


def _guard(name: str, file: str, words: str, without: str, table: Histories | Matrix = TAKEN_OVER) -> Guard:
    return Guard(name, (Text(file, words, without),), table)


STANDINGS = (
    _guard(
        "a newer upload's record is not touched",
        CLAIMS,
        'if item["Sequencer"] > sequencer:',
        "if False:",
    ),
    _guard(
        "a straggler of a concluded execution writes no more",
        CLAIMS,
        "return Standing.HELD if has_ended else Standing.OURS",
        "return Standing.OURS",
    ),
    _guard(
        "what another execution holds is held",
        CLAIMS,
        'return Standing.RESUMABLE if item["Status"] == FAILED or ran_out or claimant.force else Standing.HELD',
        "return Standing.RESUMABLE",
    ),
    _guard("the lease: a claim runs out", CLAIMS, "or ran_out or", "or"),
    _guard("the lease: not before its time", CLAIMS, ' and item["Timestamp"] < timestamp(lease_start)', ""),
    _guard("the lease: of claims alone", CLAIMS, 'item["Status"] == PROCESSING and ', ""),
)
RULES = (
    _guard(
        "claim: what this execution completed stays",
        LEDGER,
        'if not resumed and item["Status"] == COMPLETED:\n                raise',
        "if False:\n                raise",
    ),
    _guard("fail: force is no licence to spoil", LEDGER, "claimant = replace(claimant, force=False)\n\n", "\n"),
    _guard("fail: COMPLETED stays", LEDGER, "changes, unless_status=COMPLETED)", "changes)"),
    _guard(
        "fail, conclude: COMPLETED gets a note beside it",
        LEDGER,
        'if item["Status"] != COMPLETED:\n            return None',
        "if True:\n            return None",
        UNTOLD_SUCCESS,
    ),
    _guard(
        "conclude: another's record is another's",
        LEDGER,
        'if item["ExecutionArn"] != claimant.execution_arn:\n',
        "if False:\n",
    ),
    _guard(
        "conclude: an end is told once",
        LEDGER,
        "            _refuse_to_repeat(item, signature, is_told=ending.is_told)\n",
        "",
    ),
    _guard("conclude: of two backstops one speaks", LEDGER, "if known or (is_told and", "if (is_told and"),
    _guard(
        "conclude: what the execution told is not signed",
        LEDGER,
        'if known or (is_told and (item["Status"] == FAILED or "NotificationError" in item)):',
        "if known:",
        Matrix(("no photo: states lambda:Invoke #1 validate throttled once",)),
    ),
    _guard(
        "conclude: the same backstop goes on",
        LEDGER,
        "        return  # this backstop again",
        "        pass  # this backstop again",
        BACKSTOP_REPEATS,
    ),
    _guard("conclude, heir: the newest upload's", LEDGER, "self._judge(item, replace(claimant, force=False))", "pass"),
    _guard("conclude, heir: only of what failed", LEDGER, 'item["Status"] != FAILED or timestamp(', "timestamp("),
    _guard(
        "conclude, heir: only of what failed before it was started",
        LEDGER,
        ' or timestamp(ending.started_at) <= item["Timestamp"]:',
        ":",
    ),
    _guard(
        "reopen: COMPLETED stays",
        LEDGER,
        'if self._judge(item, claimant) is Standing.OURS and item["Status"] == COMPLETED:',
        "if False:",
        UNTOLD_SUCCESS,
    ),
    _guard("update: only the holder's", LEDGER, 'seen={"ExecutionArn": claimant.execution_arn}', "seen={}"),
    _guard(
        "update: not by a straggler",
        LEDGER,
        '            below={"BackstopRedriveCount": claimant.redrive_count},\n',
        "",
    ),
)
PINS = tuple(
    _guard(f"every write is pinned to {name}", LEDGER, f'"{name}"{end}', end.removeprefix(", "))
    for name, end in (("ExecutionArn", ", "), ("Status", ", "), ("Timestamp", ")\nMAX_TRIES"))
)
CONDITIONS = (
    _guard(
        "condition: a fresh record replaces none",
        TABLE,
        'ConditionExpression="attribute_not_exists(ImageId) OR Sequencer < :sequencer"',
        'ConditionExpression="attribute_not_exists(Nothing) OR Sequencer < :sequencer"',
    ),
    _guard("condition: or an older upload's", TABLE, "attribute_not_exists(ImageId) OR ", ""),
    _guard("condition: attributes as they were seen", TABLE, '[f"#{name} = :seen_{name}" for name in seen]', "[]"),
    _guard("condition: not in that status", TABLE, 'conditions.append("#Status <> :unless_status")', "pass"),
    _guard(
        "condition: not concluded since",
        TABLE,
        'conditions += [f"(attribute_not_exists(#{name}) OR #{name} < :below_{name})" for name in below]',
        "pass",
    ),
)
ENDS = (
    _guard("the backstop: a redrive has followed", EXECUTIONS, "if known > redrive_count:", "if False:"),
    _guard(
        "the backstop: Step Functions' answers lag",
        EXECUTIONS,
        'if known < redrive_count or described["status"] not in ERRORS:',
        "if False:",
    ),
    _guard(
        "the backstop: Step Functions' history lags",
        EXECUTIONS,
        'if not found and event["type"] not in ENDINGS:',
        "if False:",
    ),
    _guard(
        "the backstop: an earlier failure is not this one",
        EXECUTIONS,
        'state.get("failure") if name in FAILURE_BRANCH else None',
        'state.get("failure")',
    ),
    _guard(
        "the backstop: what the pipeline told",
        EXECUTIONS,
        "is_told=_is_told(name, state, tail, redrive_count)",
        "is_told=False",
        TOLD_BY_PIPELINE,
    ),
    _guard(
        "the backstop: told in this attempt, not before",
        EXECUTIONS,
        ' and int(told.get("redrive_count", 0)) == redrive_count',
        "",
    ),
)
TAGS = (
    _guard(
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
        Histories(),
    ),
    _guard(
        "tags: only of what failed for good", QUARANTINE, "return error_type in FOR_GOOD and _change", "return _change"
    ),
)
GUARDS = (*STANDINGS, *RULES, *PINS, *CONDITIONS, *ENDS, *TAGS)
