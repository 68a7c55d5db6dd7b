"""The suites that several mutations of the records name."""

from verification.mutations.mutation import FaultInjection, Histories, UnitTests

HISTORIES = Histories()
LEDGER_TESTS = UnitTests(("test_ledger", "test_record_boundaries"))
RECORD_TESTS = UnitTests(("test_record",))
STORE_TESTS = UnitTests(("test_enhance_store",))
STATE_MACHINE_TESTS = UnitTests(("contract/test_state_machine",))
BACKSTOP_TESTS = UnitTests(("test_backstop", "test_record_boundaries"))

BACKSTOP_REPEATS = FaultInjection(("stopped: record dynamodb:UpdateItem #1 fails after once",))
RECORDER_DENIED = FaultInjection(("no photo: record dynamodb:UpdateItem #1 denied once",))
NOTIFIER_DENIED = FaultInjection(("a photo: notify sns:Publish #1 denied once",))
VALIDATE_THROTTLED = FaultInjection(("no photo: states lambda:Invoke #1 validate throttled once",))
