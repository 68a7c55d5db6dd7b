"""The message as a document: what machines get as JSON, and what the texts for people are made from.

`message.schema.json` is this model's JSON Schema, for whoever subscribes a program.
"""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict


class Failed(BaseModel):
    """What failed, and why."""

    state: str
    error: str
    message: str


class Link(BaseModel):
    """A signed link to the enhanced copy; it may end before `expires_at`, never after."""

    url: str
    expires_at: AwareDatetime


class Rendition(BaseModel):
    """A smaller picture of the enhanced copy, in the same bucket; sizes in pixels and bytes."""

    key: str
    format: str
    width: int
    height: int
    bytes: int
    link: Link | None = None


class Photo(BaseModel):
    """The enhanced copy; sizes in pixels and bytes, in `done` what was done to it, in words; renditions by name.

    `missed` says in sentences what of the original is not in the copy, as far as a person would miss it.
    """

    bucket: str
    key: str
    format: str
    width: int
    height: int
    bytes: int
    done: str
    renditions: dict[str, Rendition] = {}
    missed: list[str] = []


class Message(BaseModel):
    """One execution's end. `photo` and `link` are there on success, `failed` on failure."""

    model_config = ConfigDict(title="Darkroom message")

    version: Literal["1"] = "1"
    status: Literal["COMPLETED", "FAILED"]
    image_id: str
    user_id: str
    execution_arn: str
    photo: Photo | None = None
    link: Link | None = None
    failed: Failed | None = None
