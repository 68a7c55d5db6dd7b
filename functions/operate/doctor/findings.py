"""What the doctor says: each check is good, has found faults, or could not be made."""

from typing import Literal

from pydantic import AwareDatetime

from functions.operate.report_model import EXIT_FAILED, EXIT_GOOD, EXIT_NOT_OVER, ReportModel

CheckStatus = Literal["good", "fault", "not known"]
DEPLOY = "deploy again (`terraform apply`, or `deploy/deploy.sh`)"
"""The remedy for whatever is not as both ways to deploy make it."""


class Fault(ReportModel):
    """What is wrong with one thing, and what to do about it; both are parts of one sentence."""

    subject: str
    finding: str
    remedy: str = DEPLOY

    @property
    def sentence(self) -> str:
        """The fault as a person reads it."""
        return f"{self.subject} {self.finding}: {self.remedy}."


class CheckResult(ReportModel):
    """One check. `unknown` says what AWS would not tell, and `notes` what is worth knowing and no fault."""

    name: str
    about: str
    faults: list[Fault]
    unknown: list[str]
    notes: list[str]
    status: CheckStatus


class DoctorReport(ReportModel):
    """A deployment as the doctor found it; `probe` has a step for each thing that a canary showed."""

    version: Literal["1"] = "1"
    project: str
    region: str
    at: AwareDatetime
    checks: list[CheckResult]
    probe: list[CheckResult]

    @property
    def faults(self) -> list[Fault]:
        """All faults, in the order of the checks."""
        return [fault for check in [*self.checks, *self.probe] for fault in check.faults]

    @property
    def exit_status(self) -> int:
        """1 where a fault was found, 3 where a check could not be made, else 0."""
        if self.faults:
            return EXIT_FAILED
        unknown = any(check.unknown for check in [*self.checks, *self.probe])
        return EXIT_NOT_OVER if unknown else EXIT_GOOD


def check_result(
    name: str, about: str, faults: list[Fault], unknown: list[str] | None = None, notes: list[str] | None = None
) -> CheckResult:
    """Return the result of a check, with the status that follows from what it found."""
    status: CheckStatus = "fault" if faults else "not known" if unknown else "good"
    return CheckResult(name=name, about=about, faults=faults, unknown=unknown or [], notes=notes or [], status=status)
