"""The JSON documents that the commands print, as JSON schemas: one file for each command, made from its model."""

import json
from pathlib import Path
from typing import Any

from functions.operate.backfill.backfill_reports import BackfillPlan, BackfillProgress, BackfillRun, MissingReport
from functions.operate.capacity.capacity_report import CapacityReport
from functions.operate.doctor.findings import DoctorReport
from functions.operate.forget_outcome import ForgetReport
from functions.operate.photo_list import ListReport
from functions.operate.photo_story import PhotoStory
from functions.operate.report_model import ReportModel
from functions.operate.rerun_outcome import RerunReport
from functions.operate.status_report import StatusReport
from functions.operate.upload_outcome import UploadReport

MODELS: dict[str, type[ReportModel]] = {
    "status": StatusReport,
    "list": ListReport,
    "show": PhotoStory,
    "rerun": RerunReport,
    "doctor": DoctorReport,
    "upload": UploadReport,
    "forget": ForgetReport,
    "capacity": CapacityReport,
    "missing": MissingReport,
    "backfill-plan": BackfillPlan,
    "backfill-apply": BackfillProgress,
    "backfill-show": BackfillProgress,
    "backfill-pace": BackfillRun,
    "backfill-stop": BackfillRun,
}


def schema_file(command: str) -> Path:
    """Return the file that holds the schema of what `darkroom COMMAND --json` prints."""
    return Path(__file__).with_name(f"{command}.schema.json")


def schema_of(command: str) -> dict[str, Any]:
    """Return the schema of what `darkroom COMMAND --json` prints."""
    document: dict[str, Any] = json.loads(schema_file(command).read_text())
    return document


def written(command: str) -> str:
    """Return what the schema's file has to hold."""
    return json.dumps(MODELS[command].model_json_schema(mode="serialization", by_alias=False), indent=2) + "\n"
