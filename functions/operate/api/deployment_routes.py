"""Routes about the deployment as a whole: what it is, and how it stands."""

from datetime import UTC, datetime

from aws_lambda_powertools.event_handler.api_gateway import Router

from functions.operate.api.api_context import Context
from functions.operate.report_model import ReportModel
from functions.operate.status_report import StatusReport, status_report
from functions.shared.controls import PRESETS
from functions.shared.execution_arn import machine_url
from functions.shared.workflow import STEPS

router = Router()  # type: ignore[no-untyped-call] # Powertools leaves some of its functions untyped


class DeploymentAnswer(ReportModel):
    """What a page has to know of the deployment. `console_url` is empty where the deployment runs on this machine."""

    project: str
    region: str
    account_id: str
    upload_bucket: str
    copies_bucket: str
    bucket_origins: list[str]
    is_local: bool
    has_messages: bool
    max_upload_bytes: int
    presets: list[str]
    default_preset: str
    default_strength: int
    states: list[str]
    console_url: str


@router.get("/deployment", summary="What the deployment is")
def show_deployment(context: Context) -> DeploymentAnswer:
    """Return names, limits and settings of the deployment."""
    project, enhancing = context.project, context.enhancing
    return DeploymentAnswer(
        project=project.name,
        region=project.region,
        account_id=project.account_id,
        upload_bucket=context.upload_bucket,
        copies_bucket=context.copies_bucket,
        bucket_origins=context.bucket_origins,
        is_local=context.is_local,
        has_messages=context.has_messages,
        max_upload_bytes=context.max_upload_bytes,
        presets=list(PRESETS),
        default_preset=enhancing["PRESET"],
        default_strength=int(enhancing["STRENGTH"]),
        states=[step.state for step in STEPS],
        console_url="" if context.is_local else machine_url(project.pipeline_arn),
    )


@router.get("/status", summary="How the deployment stands")
def show_status(context: Context) -> StatusReport:
    """Return failures in groups, and what else needs a look."""
    return status_report(context.project, context.clients, context.explain, datetime.now(UTC), since=None)
