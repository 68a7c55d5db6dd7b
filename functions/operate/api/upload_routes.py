"""The route that lets a browser upload photos itself."""

from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Router
from pydantic import AfterValidator, Field

from functions.operate.api.api_context import Context
from functions.operate.photo_forms import OfferedFile, PhotoForms, UploadForm
from functions.operate.report_model import ReportModel
from functions.shared.contracts import Strength
from functions.shared.controls import Preset
from functions.shared.user_metadata import USER_ID, checked_user_id

router = Router()  # type: ignore[no-untyped-call] # Powertools leaves some of its functions untyped
MAX_FILES = 100


class WantedUploads(ReportModel):
    """Files to upload, and what is asked of them: None leaves it to the settings of the deployment."""

    files: list[OfferedFile] = Field(min_length=1, max_length=MAX_FILES)
    preset: Preset | None = None
    strength: Strength | None = None
    user_id: Annotated[str, AfterValidator(lambda text: checked_user_id(text) if text else "")] = ""
    folder: str = ""


class UploadsAnswer(ReportModel):
    """A form for each file, in their order."""

    uploads: list[UploadForm]


@router.post("/uploads", summary="Forms by which a browser uploads photos")
def offer_forms(context: Context, wanted: WantedUploads) -> UploadsAnswer:
    """Return a form for each file, or why it is refused."""
    asked = {USER_ID: wanted.user_id or None, "preset": wanted.preset, "strength": wanted.strength}
    metadata = {name: str(value) for name, value in asked.items() if value is not None}
    forms = PhotoForms(context.clients("s3"), context.upload_bucket, context.max_upload_bytes, metadata)
    return UploadsAnswer(uploads=list(forms.forms(wanted.files, wanted.folder)))
