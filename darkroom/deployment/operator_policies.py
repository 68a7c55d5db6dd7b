"""The policies that people who operate a deployment may be given; made on demand, and attached to nobody."""

import json
from typing import Any

from darkroom.deployment.documents import document, tag_list
from darkroom.deployment.names import Names
from darkroom.deployment.storage_resources import Documents

POLICIES = {
    "operator": "What the commands of Darkroom's operators call",
    "probe": "What `darkroom doctor --probe` does besides",
}
ERASING = "EraseOriginals"
"""The statement that is left out unless the settings ask for it."""


def policy_documents(names: Names) -> Documents:
    """Return how each policy is made and changed; nothing where the settings want none."""
    found: Documents = {}
    for name in policy_names(names):
        wanted = operator_policy(names, name)
        text = json.dumps(wanted)
        create = {"PolicyName": f"{names.global_name}-{name}", "Description": POLICIES[name], "PolicyDocument": text}
        found[f"policies/{name}/create"] = {**create, "Tags": tag_list(names)}
        found[f"policies/{name}/version"] = {"PolicyDocument": text, "SetAsDefault": True}
        found[f"policies/{name}/document"] = {"PolicyDocument": wanted}
    return found


def policy_names(names: Names) -> list[str]:
    """Return which policies the settings want."""
    return list(POLICIES) if names.settings.operator_policy else []


def operator_policy(names: Names, name: str) -> Any:
    """Return a policy, filled in; that of operators erases originals only where the settings say so."""
    found = document(names, f"{name}-policy")
    erases = names.settings.operator_erases_originals
    return {**found, "Statement": [each for each in found["Statement"] if erases or each["Sid"] != ERASING]}
