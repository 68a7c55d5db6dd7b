"""Makes the checks of a deployment one after the other; what AWS would not tell is said, and the rest is checked."""

from collections.abc import Callable, Iterator

from functions.operate.calls import CALL_ERRORS
from functions.operate.doctor.announcing_checks import ANNOUNCING_CHECKS
from functions.operate.doctor.findings import CheckResult, DoctorReport, Fault, check_result
from functions.operate.doctor.plan import Check, Plan
from functions.operate.doctor.quota_checks import QUOTA_CHECKS
from functions.operate.doctor.storage_checks import STORAGE_CHECKS
from functions.operate.doctor.workflow_checks import WORKFLOW_CHECKS
from functions.operate.project import Clients

CHECKS = (*STORAGE_CHECKS, *WORKFLOW_CHECKS, *ANNOUNCING_CHECKS, *QUOTA_CHECKS)


def diagnose(clients: Clients, plan: Plan, explain: Callable[[Exception], str]) -> DoctorReport:
    """Return what every check of a deployment found."""
    results = list(results_of(clients, plan, explain))
    project = plan.project
    return DoctorReport(project=project.name, region=project.region, at=plan.at, checks=results, probe=[])


def results_of(clients: Clients, plan: Plan, explain: Callable[[Exception], str]) -> Iterator[CheckResult]:
    """Yield each check's result as soon as it is known."""
    for check in CHECKS:
        yield result_of(check, clients, plan, explain)


def result_of(check: Check, clients: Clients, plan: Plan, explain: Callable[[Exception], str]) -> CheckResult:
    """Return what a check found about each of its subjects."""
    faults: list[Fault] = []
    notes: list[str] = []
    unknown: list[str] = []
    for subject in check.subjects(plan):
        try:
            said = list(check.judge(plan, subject, check.read(clients, plan, subject)))
        except CALL_ERRORS as error:
            unknown.append(f"{subject}: {explain(error)}")
            continue
        faults += [each for each in said if isinstance(each, Fault)]
        notes += [each for each in said if isinstance(each, str)]
    return check_result(check.name, check.about, faults, unknown, notes)
