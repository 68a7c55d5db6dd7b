"""`darkroom doctor` against a deployment: a healthy one, and one with a fault of each kind planted in it."""

import json
import zipfile
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from jsonschema import Draft202012Validator

from darkroom.__main__ import main
from darkroom.aws_session import AwsOptions
from darkroom.commands.access import Access, explain
from darkroom.commands.examination import plan_of
from darkroom.local.deploy import deploy
from darkroom.local.embedded_aws import EmbeddedAws
from darkroom.local.safeguards import add_safeguards
from darkroom.packaging.repository import FUNCTIONS
from functions.operate.doctor.diagnosis import CHECKS, result_of
from functions.operate.doctor.findings import CheckResult, DoctorReport
from functions.operate.schemas import schema_of
from tests.workflow.examined import FAULTS, PROJECT, Patient, planted

Doctor = Callable[[], tuple[int, DoctorReport]]
pytestmark = pytest.mark.usefixtures("operator")


@pytest.fixture(scope="module")
def patient(embedded_aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Patient:
    """Return a deployment as it is in an account; its functions are never called, so their code is nothing."""
    code = tmp_path_factory.mktemp("code") / "function.zip"
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("handler.py", "")
    deployment = deploy(embedded_aws, dict.fromkeys(FUNCTIONS, code), PROJECT)
    operations = add_safeguards(embedded_aws, deployment)
    embedded_aws.client("sns").subscribe(TopicArn=operations, Protocol="email", Endpoint="operator@example.com")
    return Patient(embedded_aws, deployment)


@pytest.fixture
def access(patient: Patient) -> Access:
    return Access(PROJECT, AwsOptions(None, patient.aws.region, patient.aws.endpoint_url))


@pytest.fixture
def doctor(patient: Patient, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Return a function that calls the command; returns its exit status and its document."""

    def call() -> tuple[int, DoctorReport]:
        capsys.readouterr()
        where = ("--region", patient.aws.region, "--endpoint-url", patient.aws.endpoint_url)
        status = main(["doctor", "--project", PROJECT, "--json", *where])
        document = json.loads(capsys.readouterr().out)
        Draft202012Validator(schema_of("doctor")).validate(document)
        return status, DoctorReport.model_validate(document)

    return call


def checked(access: Access, name: str) -> CheckResult:
    [check] = [check for check in CHECKS if check.name == name]
    return result_of(check, access.client, plan_of(access), explain)


def test_a_healthy_deployment_has_no_fault(doctor: Doctor) -> None:
    status, report = doctor()
    assert (report.faults, [check.unknown for check in report.checks if check.unknown]) == ([], [])
    assert status == 0
    assert [check.name for check in report.checks] == [check.name for check in CHECKS]
    assert any("email o…@example.com, confirmed" in note for check in report.checks for note in check.notes)


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found_and_gone_when_it_is_undone(patient: Patient, access: Access, name: str) -> None:
    fault = FAULTS[name]
    with planted(patient, fault):
        found = checked(access, fault.check)
        assert [fault.words in each.sentence for each in found.faults] == [True], found.faults
    assert checked(access, fault.check).faults == []


def test_many_faults_at_once_are_all_named(patient: Patient, doctor: Doctor) -> None:
    with ExitStack() as stack:
        for fault in FAULTS.values():
            stack.enter_context(planted(patient, fault))
        status, report = doctor()
    assert status == 1
    assert {check.name for check in report.checks if check.faults} == {fault.check for fault in FAULTS.values()}
    sentences = " ".join(fault.sentence for fault in report.faults)
    assert [fault.words for fault in FAULTS.values() if fault.words not in sentences] == []


@pytest.mark.parametrize(
    ("service", "operation", "check"),
    [("s3", "GetBucketPolicy", "bucket-policy"), ("iam", "GetRole", "permissions"), ("kms", "GetKeyPolicy", "key")],
)
def test_what_may_not_be_asked_is_named_with_the_call_that_is_refused(
    patient: Patient, doctor: Doctor, service: str, operation: str, check: str
) -> None:
    with patient.aws.faults.refuse(service, operation, caller="operator", error_code="AccessDenied", status=403):
        status, report = doctor()
    assert status == 3
    [refused] = [each for each in report.checks if each.unknown]
    assert (refused.name, refused.status) == (check, "not known")
    assert f"these credentials may not call {operation}" in refused.unknown[0]


def test_without_a_second_source_the_places_are_not_known(patient: Patient, doctor: Doctor) -> None:
    with (
        patient.aws.faults.refuse("kms", "DescribeKey", error_code="AccessDeniedException"),
        patient.aws.faults.refuse("dynamodb", "DescribeTable", error_code="AccessDeniedException"),
    ):
        status, report = doctor()
    assert (status, [check.name for check in report.checks]) == (3, ["place"])
    assert "may not call DescribeKey" in report.checks[0].unknown[0]
