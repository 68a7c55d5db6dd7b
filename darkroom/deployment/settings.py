"""The settings of a deployment: the variables of terraform/variables.tf, with the same defaults and the same rules.

A settings file is JSON, and Terraform reads it too: `terraform apply -var-file=settings.json`.
"""

import json
import re
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints

from darkroom.command_errors import UsageError
from darkroom.packaging.dependencies import ARM64_ALONE
from functions.shared.imaging.formats import RENDITION_FORMATS

BUCKET = "3 to 63 lower-case letters, digits and hyphens, and begin and end with a letter or digit"
REGION = (
    "must be a Region of AWS's commercial partition (aws), such as eu-central-1: China (aws-cn), GovCloud "
    "(aws-us-gov), the European Sovereign Cloud (aws-eusc) and the isolated partitions (aws-iso…) are not supported."
)
RENDITIONS = (
    "must be at most 8, each with a name of its own (1 to 32 lower-case letters, digits and hyphens), "
    "longest_edge_pixels from 16 to 16383, format JPEG, PNG, WEBP or AVIF, and if you like a quality from 1 to 100 "
    "(not for PNG)."
)
WEB_ORIGIN = re.compile(
    r"(https://([*]\.)?[a-z0-9-]+(\.[a-z0-9-]+)*|http://(localhost|127\.0\.0\.1))(:[0-9]{1,5})?",
)
WEB_ORIGINS = (
    "must be origins, such as https://photos.example.com or https://*.example.com: no path, and plain http for "
    "localhost and 127.0.0.1 alone."
)
KEPT_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)


class SettingsError(UsageError):
    """A settings file that cannot be used; the message lists every problem."""


@dataclass(frozen=True)
class Settings:
    """Every setting; terraform/variables.tf describes them."""

    region: str
    project_name: str
    raw_bucket_name: str
    enhanced_bucket_name: str | None = None
    email_subscription: str | None = None
    sms_subscription: str | None = None
    alarm_email: str | None = None
    strength: int | None = None
    preset: str | None = None
    renditions: list[dict[str, Any]] | None = None
    max_bytes: int | None = None
    max_pixels: int | None = None
    max_frames: int | None = None
    zip_folder: str | None = None
    web_origins: list[str] = field(default_factory=list)
    force_destroy_bucket: bool = False
    noncurrent_version_days: int = 30
    log_retention_days: int = 30
    kms_key_arn: str | None = None
    permissions_boundary_arn: str | None = None
    operator_policy: bool = False
    operator_erases_originals: bool = False
    tags: dict[str, str] = field(default_factory=dict)


def _text(pattern: str) -> Callable[[Any], bool]:
    return lambda value: re.fullmatch(pattern, value) is not None


def _renditions(renditions: list[dict[str, Any]]) -> bool:
    names = [rendition.get("name") for rendition in renditions]
    return len(names) <= 8 and len(set(names)) == len(names) and all(map(_rendition, renditions))


def _rendition(rendition: dict[str, Any]) -> bool:
    known = rendition.keys() <= {"name", "longest_edge_pixels", "format", "quality"}
    named = re.fullmatch("[a-z0-9][a-z0-9-]{0,31}", str(rendition.get("name"))) is not None
    file_format, quality = rendition.get("format"), rendition.get("quality")
    sized = _whole(rendition.get("longest_edge_pixels"), 16, 16_383)
    of_quality = quality is None or (file_format != "PNG" and _whole(quality, 1, 100))
    return known and named and sized and of_quality and file_format in RENDITION_FORMATS


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and least <= value <= most


def _web_origins(origins: list[str]) -> bool:
    return all(isinstance(origin, str) and WEB_ORIGIN.fullmatch(origin) for origin in origins)


def _tags(tags: dict[str, str]) -> bool:
    return all(not key.lower().startswith("aws:") and len(key) <= 128 and key != "Project" for key in tags)


ADDRESS = _text(r"[^@\s]+@[^@\s]+[.][^@\s]+")
# What a value must satisfy, and what to say when it does not; the texts are Terraform's.
RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "region": (_text("(?!cn-)[a-z]{2}-[a-z]+-[0-9]{1,2}"), REGION),
    "project_name": (
        _text("[a-z][a-z0-9-]{1,22}[a-z0-9]"),
        "must have 3 to 24 lower-case letters, digits and hyphens, begin with a letter and not end with a hyphen.",
    ),
    "raw_bucket_name": (_text("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]"), f"must have {BUCKET}."),
    "enhanced_bucket_name": (
        _text("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]"),
        f"must have {BUCKET}; null uses the bucket of the uploads.",
    ),
    "email_subscription": (ADDRESS, "must be one e-mail address, such as ada@example.com."),
    "sms_subscription": (
        _text("[+][1-9][0-9]{6,14}"),
        "must be a phone number with country code and no spaces, such as +15555550100.",
    ),
    "alarm_email": (ADDRESS, "must be one e-mail address, such as ops@example.com."),
    "strength": (lambda value: 0 <= value <= 100, "must be a whole number from 0 to 100."),
    "preset": (_text("auto|photo|document|none"), "must be auto, photo, document or none."),
    "renditions": (_renditions, RENDITIONS),
    "max_bytes": (lambda value: value >= 1, "must be a whole number of bytes, 1 or more."),
    "max_pixels": (lambda value: value >= 1, "must be a whole number of pixels, 1 or more."),
    "max_frames": (lambda value: value >= 1, "must be a whole number, 1 or more."),
    "web_origins": (_web_origins, WEB_ORIGINS),
    "noncurrent_version_days": (lambda value: value >= 1, "must be a whole number of days, 1 or more."),
    "log_retention_days": (
        lambda value: value in KEPT_DAYS,
        f"must be one of CloudWatch's: {', '.join(map(str, KEPT_DAYS[:-1]))} or {KEPT_DAYS[-1]}.",
    ),
    "kms_key_arn": (
        _text("arn:aws:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+"),
        "must be the ARN of a key (no alias): arn:aws:kms:REGION:ACCOUNT:key/ID.",
    ),
    "permissions_boundary_arn": (
        _text("arn:aws:iam::([0-9]{12}|aws):policy/.+"),
        "must be the ARN of an IAM policy: arn:aws:iam::ACCOUNT:policy/NAME.",
    ),
    "tags": (_tags, "must have keys of at most 128 characters that are not Project and do not begin with aws:."),
}
# What earlier versions knew, and what to say of it; terraform/removed.tf refuses the same.
REMOVED = {"architecture": f"is no setting any more: {ARM64_ALONE}. Leave it out."}


def load(path: Path) -> Settings:
    """Return the settings in a file. Raises SettingsError that lists every problem."""
    try:
        given = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: cannot read it as JSON ({error}).") from error
    if not isinstance(given, dict):
        raise SettingsError(f"{path}: it must be one JSON object, such as deploy/settings.example.json.")
    problems = _problems(given)
    if problems:
        raise SettingsError("\n".join([f"{path}:", *(f"  {problem}" for problem in problems)]))
    return Settings(**{name: value for name, value in given.items() if value is not None})


def _problems(given: dict[str, Any]) -> list[str]:
    known = {item.name: item for item in fields(Settings)}
    required = [name for name, item in known.items() if item.default is item.default_factory is MISSING]
    strange = [name for name in given if name not in known and name not in REMOVED]
    problems = [f"{name} is no setting; known are {', '.join(known)}." for name in strange]
    problems += [f"{name} {message}" for name, message in REMOVED.items() if given.get(name) is not None]
    problems += [f"{name} is missing." for name in required if given.get(name) is None]
    values = ((name, value) for name, value in given.items() if name in known and value is not None)
    return problems + [problem for name, value in values if (problem := _problem(name, value))]


def _problem(name: str, value: Any) -> str:
    holds, message = RULES.get(name, (lambda _: True, ""))
    if not _fits(get_type_hints(Settings)[name], value):
        return f"{name} {message or 'is of the wrong type.'}"
    return "" if holds(value) else f"{name} {message}"


def _fits(hint: Any, value: Any) -> bool:
    choices = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    if isinstance(value, bool):
        return bool in choices
    kinds = tuple(getattr(choice, "__origin__", choice) for choice in choices)
    return isinstance(value, kinds)
