"""The fault types, and which calls can meet which."""

from collections.abc import Callable

from darkroom.local.http.effects import hang, kill, lost_response, oversized_response, refused
from darkroom.local.http.faults import Fault, Where
from darkroom.local.http.refusals import Refusal
from darkroom.local.sandboxes import Sandboxes

Make = Callable[[Sandboxes, Where, int | None], Fault]

DENIED = Refusal("AccessDeniedException", 403)
# botocore itself tries again on this one.
THROTTLED = Refusal("ThrottlingException", 400)
# What Lambda itself answers Step Functions, in place of the function.
LAMBDA_FAILED, LAMBDA_FULL = Refusal("ServiceException", 500), Refusal("TooManyRequestsException", 429)

OF_FUNCTIONS: dict[str, Make] = {
    "fails before": lambda _, where, times: refused(where, times),
    "fails after": lambda _, where, times: lost_response(where, times),
    "denied": lambda _, where, times: refused(where, times, DENIED),
    "throttled": lambda _, where, times: refused(where, times, THROTTLED),
    "hangs": lambda _, where, times: hang(where, times),
    "killed before": lambda boxes, where, times: kill(boxes, where, times, after_effect=False),
    "killed after": lambda boxes, where, times: kill(boxes, where, times, after_effect=True),
}
OF_INVOCATIONS: dict[str, Make] = {
    "fails before": lambda _, where, times: refused(where, times, LAMBDA_FAILED),
    "fails after": lambda _, where, times: lost_response(where, times, LAMBDA_FAILED),
    "denied": lambda _, where, times: refused(where, times, DENIED),
    "throttled": lambda _, where, times: refused(where, times, LAMBDA_FULL),
    "answers too much": lambda _, where, times: oversized_response(where, times),
}
# An operator's command is no function: nobody kills it, and it waits.
OF_COMMANDS: dict[str, Make] = {name: OF_FUNCTIONS[name] for name in ("fails before", "fails after", "denied")}
# Where the answer to a query of a queue is lost, its messages stay hidden for two minutes: nobody waits here so long.
OF_QUERIES: dict[str, Make] = {name: OF_FUNCTIONS[name] for name in ("fails before", "denied")}
FAULT_TYPES = tuple({**OF_FUNCTIONS, **OF_INVOCATIONS})
AFTER_EFFECT = frozenset({"fails after", "killed after", "answers too much"})
# What waiting does not cure: the same call meets the same again.
NO_OUTAGE = frozenset({"denied", "answers too much"})
TIMES = {"once": 1, "always": None}
