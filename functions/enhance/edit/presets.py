"""The presets: which assumption the decisions rest on, and how much of them is carried out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from functions.enhance.analysis.scene import Scene
from functions.enhance.edit.edit_plan import EditPlan
from functions.enhance.edit.steps import decide
from functions.shared.controls import MAX_STRENGTH, Preset

Plan = Callable[[Scene, int], EditPlan]


@dataclass(frozen=True)
class Control:
    """A preset, and a strength from 0 (the pixels stay) to 100 (all that was decided)."""

    preset: Preset = "auto"
    strength: int = MAX_STRENGTH

    @property
    def share(self) -> float:
        """The strength as a factor, 0 to 1."""
        return self.strength / MAX_STRENGTH


def plan(control: Control, scene: Scene, levels: int) -> EditPlan:
    """Return what to do with a scene under this preset and strength; `levels` as in Draft.of."""
    return PLANS[control.preset](scene, levels).at_strength(control.share)


def _by_itself(scene: Scene, levels: int) -> EditPlan:
    """Decide by what the picture shows; one that is all of one colour shows nothing, be it ever so dark."""
    if scene.is_blank:
        return EditPlan.of(scene, levels).with_notes(kind="blank")
    return decide(scene, levels)


def _as_photo(scene: Scene, levels: int) -> EditPlan:
    """Decide as for a photo, however flat its areas are; what is wholly transparent shows nothing to decide on."""
    return _by_itself(replace(scene, flat_share=0.0), levels)


def _as_it_is(scene: Scene, levels: int) -> EditPlan:
    return EditPlan.of(scene, levels).with_notes(kind="not looked at")


PLANS: Mapping[Preset, Plan] = {"auto": _by_itself, "photo": _as_photo, "document": _as_it_is, "none": _as_it_is}
