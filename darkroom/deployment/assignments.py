"""What things are called, as assignments that bash evaluates."""

import shlex

from darkroom.deployment.monitoring import FORMER_ALARMS, alarm_documents, query_documents
from darkroom.deployment.names import Names
from darkroom.deployment.operator_policies import POLICIES, policy_names
from darkroom.deployment.storage_resources import subscriptions
from darkroom.packaging.table_indexes import index_updates


def assignments(names: Names) -> str:
    """Return a line for each variable, quoted for bash."""
    lines = [f"{name}={shlex.quote(text)}" for name, text in _texts(names).items()]
    lines += [f"{name}=({' '.join(map(shlex.quote, texts))})" for name, texts in _lists(names).items()]
    return "\n".join(lines) + "\n"


def _texts(names: Names) -> dict[str, str]:
    settings = names.settings
    return {
        "region": settings.region,
        "project": settings.project_name,
        "global_name": names.global_name,
        "given_key_arn": settings.kms_key_arn or "",
        "force_destroy": "yes" if settings.force_destroy_bucket else "",
        "boundary": settings.permissions_boundary_arn or "",
        "artifacts_bucket": names.artifacts_bucket,
        "upload_bucket": settings.raw_bucket_name,
        "zip_folder": str(names.zip_folder),
    }


def _lists(names: Names) -> dict[str, list[str]]:
    return {
        "photo_buckets": names.photo_buckets,
        "table_indexes": list(index_updates()),
        "rooms": list(names.functions),
        "machines": list(names.machines),
        "rules": list(names.rules),
        "policies": policy_names(names),
        "known_policies": list(POLICIES),
        "alarm_names": [name.removeprefix("alarms/") for name in alarm_documents(names)],
        "queries": [name.removeprefix("queries/") for name in query_documents(names)],
        "former_alarm_names": [names.of(name) for name in FORMER_ALARMS],
        "subscriptions": [" ".join(subscription) for subscription in subscriptions(names)],
    }
