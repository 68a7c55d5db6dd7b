"""A deployment is compared with what this version of Darkroom would deploy."""

from datetime import UTC, datetime

from darkroom.commands.access import Access, explain
from darkroom.deployment.names import Names
from darkroom.deployment.settings import Settings
from darkroom.deployment.wanted import wanted_documents
from functions.operate.doctor.diagnosis import diagnose
from functions.operate.doctor.discovery import PlaceNotKnownError, find_places
from functions.operate.doctor.findings import DoctorReport, check_result
from functions.operate.doctor.plan import Plan


def examined(access: Access) -> tuple[DoctorReport, Plan | None]:
    """Return what the doctor found, and what it compared with; None where that could not be found out."""
    now = datetime.now(UTC)
    try:
        plan = plan_of(access, now)
    except PlaceNotKnownError as error:
        place = check_result("place", "where photos and key are", [], [str(error)])
        project = access.project
        return DoctorReport(project=project.name, region=project.region, at=now, checks=[place], probe=[]), None
    return diagnose(access.client, plan, explain), plan


def plan_of(access: Access, now: datetime | None = None) -> Plan:
    """Return a deployment as it should be. Raises PlaceNotKnownError."""
    project = access.project
    places = find_places(access.client, project, explain)
    settings = Settings(project.region, project.name, places.upload_bucket, enhanced_bucket_name=places.enhanced_bucket)
    documents = wanted_documents(Names(settings, project.account_id, places.key_arn))
    return Plan(
        project, places.upload_bucket, places.enhanced_bucket, places.key_arn, documents, now or datetime.now(UTC)
    )
