"""The presets: what a photo is taken for, and how much of the edit plan is carried out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from functions.enhance.analysis.scene import Scene
from functions.enhance.edit.edit_plan import EditPlan
from functions.enhance.edit.steps import decide
from functions.shared.controls import MAX_STRENGTH, Preset

Planner = Callable[[Scene, int], EditPlan]


@dataclass(frozen=True)
class Control:
    """A preset, and a strength from 0 (the pixels stay) to 100 (the whole edit plan)."""

    preset: Preset = "auto"
    strength: int = MAX_STRENGTH

    @property
    def share(self) -> float:
        """The strength as a factor, 0 to 1."""
        return self.strength / MAX_STRENGTH


def plan(control: Control, scene: Scene, levels: int, *, is_enhanced: bool = False) -> EditPlan:
    """Return the edit plan of a scene under this preset and strength; `levels` as in EditPlan.of.

    What is enhanced already stays as it is, unless a preset asks for an edit.
    """
    if is_enhanced and control.preset == "auto":
        return EditPlan.of(scene, levels).with_notes(kind="enhanced")
    return PLANNERS[control.preset](scene, levels).at_strength(control.share)


def _automatic(scene: Scene, levels: int) -> EditPlan:
    """Decide by what the picture shows; a picture of one colour stays as it is, however dark."""
    if scene.is_blank:
        return EditPlan.of(scene, levels).with_notes(kind="blank")
    return decide(scene, levels)


def _as_photo(scene: Scene, levels: int) -> EditPlan:
    """Decide as for a photo, however flat its areas are; a fully transparent picture stays as it is."""
    return _automatic(
        replace(scene, flat_share=0.0, is_drawn=False, whites=replace(scene.whites, plain_frame=0.0)), levels
    )


def _unchanged(scene: Scene, levels: int) -> EditPlan:
    return EditPlan.of(scene, levels).with_notes(kind="not looked at")


PLANNERS: Mapping[Preset, Planner] = {
    "auto": _automatic,
    "photo": _as_photo,
    "document": _unchanged,
    "none": _unchanged,
}
