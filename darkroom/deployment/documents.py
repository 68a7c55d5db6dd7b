"""The documents that both ways to an account share: deploy/documents, filled in."""

import json
from typing import Any

from darkroom.deployment.names import Names
from darkroom.packaging.placeholders import render_file
from darkroom.packaging.repository import DOCUMENTS


def document(names: Names, name: str, **more: str) -> Any:
    """Return a JSON document of deploy/documents with its placeholders filled in. Raises TemplateError."""
    return json.loads(render_file(DOCUMENTS / f"{name}.json", {**names.values, **more}))


def policy(names: Names, name: str, **more: str) -> str:
    """Return a document as the text that AWS takes for a policy."""
    return json.dumps(document(names, name, **more))


def tags(names: Names) -> dict[str, str]:
    """Return the tags of everything."""
    return {"Project": names.settings.project_name, **names.settings.tags}


def tag_list(names: Names, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Return the tags as most services take them."""
    return [{key: name, value: text} for name, text in tags(names).items()]
