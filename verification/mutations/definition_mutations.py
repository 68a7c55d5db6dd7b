"""Mutations of the state machines: every Catch and every Retry, the backstop's pattern, and its choice to notify."""

from verification.mutations.mutation import FaultInjection, Histories, Member, Mutation, Suite

PIPELINE, BACKSTOP = "statemachine/pipeline.asl.json", "statemachine/backstop.asl.json"
PATTERN = "statemachine/backstop-pattern.json"
Place = tuple[str, str, str, int]

# Of each state: the skips, what is too much, and anything else.
CATCHES: dict[Place, str] = {
    (PIPELINE, "ValidateImage", "Catch", 0): "a folder: states lambda:Invoke #1 validate throttled once",
    (PIPELINE, "ValidateImage", "Catch", 1): "a photo: states lambda:Invoke #1 validate answers too much once",
    (PIPELINE, "ValidateImage", "Catch", 2): "a photo: validate s3:HeadObject #1 denied once",
    (PIPELINE, "EnhanceImage", "Catch", 1): "a photo: states lambda:Invoke #2 enhance answers too much once",
    (PIPELINE, "EnhanceImage", "Catch", 2): "a photo: enhance s3:PutObject #1 denied once",
    (PIPELINE, "RecordResult", "Catch", 1): "a photo: states lambda:Invoke #3 record answers too much once",
    (PIPELINE, "RecordResult", "Catch", 2): "a photo: record dynamodb:UpdateItem #1 denied once",
    (PIPELINE, "NotifyResult", "Catch", 0): "a photo: states lambda:Invoke #4 notify answers too much once",
    (PIPELINE, "NotifyResult", "Catch", 1): "a photo: notify sns:Publish #1 denied once",
    (PIPELINE, "RecordFailure", "Catch", 1): "no photo: states lambda:Invoke #2 record answers too much once",
    (PIPELINE, "RecordFailure", "Catch", 2): "no photo: record dynamodb:UpdateItem #1 denied once",
    (PIPELINE, "NotifyFailure", "Catch", 0): "no photo: states lambda:Invoke #3 notify answers too much once",
    (PIPELINE, "NotifyFailure", "Catch", 1): "no photo: notify sns:Publish #1 denied once",
    (BACKSTOP, "RecordFailure", "Catch", 0): "no photo: states lambda:Invoke #1 validate throttled once",
    (BACKSTOP, "NotifyFailure", "Catch", 0): "stopped: notify sns:Publish #1 fails before once",
}
# An execution that was overtaken ends quietly there; fault injection overtakes none.
QUIET_CATCHES: tuple[Place, ...] = (
    (PIPELINE, "EnhanceImage", "Catch", 0),
    (PIPELINE, "RecordResult", "Catch", 0),
    (PIPELINE, "RecordFailure", "Catch", 0),
)
# Of each state: an outage of a service, of Lambda, a function that died, and Lambda without concurrency left.
RETRIES: dict[Place, str] = {
    (PIPELINE, "ValidateImage", "Retry", 0): "a photo: validate dynamodb:PutItem #1 fails before once",
    (PIPELINE, "ValidateImage", "Retry", 1): "a photo: states lambda:Invoke #1 validate fails before once",
    (PIPELINE, "ValidateImage", "Retry", 2): "a photo: validate s3:HeadObject #1 killed before once",
    (PIPELINE, "ValidateImage", "Retry", 3): "a photo: states lambda:Invoke #1 validate throttled once",
    (PIPELINE, "EnhanceImage", "Retry", 0): "a photo: enhance s3:PutObject #1 fails before once",
    (PIPELINE, "EnhanceImage", "Retry", 1): "a photo: states lambda:Invoke #2 enhance fails before once",
    (PIPELINE, "EnhanceImage", "Retry", 2): "a photo: enhance s3:PutObject #1 killed before once",
    (PIPELINE, "EnhanceImage", "Retry", 3): "a photo: states lambda:Invoke #2 enhance throttled once",
    (PIPELINE, "RecordResult", "Retry", 0): "a photo: record dynamodb:UpdateItem #1 fails before once",
    (PIPELINE, "RecordResult", "Retry", 1): "a photo: states lambda:Invoke #3 record fails before once",
    (PIPELINE, "RecordResult", "Retry", 2): "a photo: record dynamodb:UpdateItem #1 killed before once",
    (PIPELINE, "RecordResult", "Retry", 3): "a photo: states lambda:Invoke #3 record throttled once",
    (PIPELINE, "NotifyResult", "Retry", 0): "a photo: notify sns:Publish #1 fails before once",
    (PIPELINE, "NotifyResult", "Retry", 1): "a photo: states lambda:Invoke #4 notify fails before once",
    (PIPELINE, "NotifyResult", "Retry", 2): "a photo: notify sns:Publish #1 killed before once",
    (PIPELINE, "NotifyResult", "Retry", 3): "a photo: states lambda:Invoke #4 notify throttled once",
    (PIPELINE, "RecordFailure", "Retry", 0): "no photo: record dynamodb:UpdateItem #1 fails before once",
    (PIPELINE, "RecordFailure", "Retry", 1): "no photo: states lambda:Invoke #2 record fails before once",
    (PIPELINE, "RecordFailure", "Retry", 2): "no photo: record dynamodb:UpdateItem #1 killed before once",
    (PIPELINE, "RecordFailure", "Retry", 3): "no photo: states lambda:Invoke #2 record throttled once",
    (PIPELINE, "NotifyFailure", "Retry", 0): "no photo: notify sns:Publish #1 fails before once",
    (PIPELINE, "NotifyFailure", "Retry", 1): "no photo: states lambda:Invoke #3 notify fails before once",
    (PIPELINE, "NotifyFailure", "Retry", 2): "no photo: notify sns:Publish #1 killed before once",
    (PIPELINE, "NotifyFailure", "Retry", 3): "no photo: states lambda:Invoke #3 notify throttled once",
    (PIPELINE, "FailUnlessRedriven", "Retry", 0): "redriven: record dynamodb:UpdateItem #1 fails before once",
    (PIPELINE, "FailUnlessRedriven", "Retry", 1): "redriven: states lambda:Invoke #1 record fails before once",
    (PIPELINE, "FailUnlessRedriven", "Retry", 2): "redriven: record dynamodb:UpdateItem #1 killed before once",
    (PIPELINE, "FailUnlessRedriven", "Retry", 3): "redriven: states lambda:Invoke #1 record throttled once",
    (BACKSTOP, "RecordFailure", "Retry", 0): "stopped: record states:DescribeExecution #1 fails before once",
    (BACKSTOP, "RecordFailure", "Retry", 1): "no photo: states lambda:Invoke #5 record throttled once",
    (BACKSTOP, "RecordFailure", "Retry", 2): "stopped: record states:DescribeExecution #1 killed before once",
}
MACHINES = {PIPELINE: "pipeline", BACKSTOP: "backstop"}
RECORDER_DENIED = "no photo: record dynamodb:UpdateItem #1 denied once"
ENDS = ("FAILED", "TIMED_OUT", "ABORTED")
ENDS_PATTERN = ("detail", "$or", 0, "status")


def _member(place: Place, suite: Suite) -> Mutation:
    file, state, kind, number = place
    change = Member(file, ("States", state, kind, number))
    return Mutation(f"{MACHINES[file]}: {state}, {kind} {number + 1}", (change,), suite)


DEFINITION_MUTATIONS = (
    *(_member(place, FaultInjection((case,))) for place, case in {**CATCHES, **RETRIES}.items()),
    *(_member(place, Histories()) for place in QUIET_CATCHES),
    *(
        Mutation(
            f"backstop: not started when an execution {status}",
            (Member(PATTERN, (*ENDS_PATTERN, number)),),
            # An execution ends FAILED unrecorded only where something outside fails, as nothing does in the histories.
            FaultInjection((RECORDER_DENIED,)) if status == "FAILED" else Histories(),
        )
        for number, status in enumerate(ENDS)
    ),
    Mutation(
        "backstop: not started when a redrive has succeeded",
        (Member(PATTERN, ("detail", "$or", 1)),),
        Histories(),
    ),
    Mutation(
        "backstop: notifies a second time",
        (Member(BACKSTOP, ("States", "IsTold", "Choices", 0, "Next"), "NotifyFailure"),),
        FaultInjection((RECORDER_DENIED,)),
    ),
)
