"""The summary of an edit plan: notes for the record, and one sentence for a person."""

import math
from collections.abc import Mapping

from functions.enhance.analysis.colour import luma
from functions.enhance.analysis.correction import Correction
from functions.enhance.edit.edit_plan import EditPlan, Note
from functions.enhance.edit.plain_words import CHANGES, Change
from functions.enhance.edit.presets import Control

# More changes than these, a person does not read; the rest are small beside them, and the notes have them all.
MOST_CHANGES = 4
FACTS = frozenset({"kind"})
UNTOUCHED = {
    "graphic": "Left as it is, for it looks like a drawing, a screenshot or a document rather than a photo.",
    "cut-out": "Left as it is, for it stands on plain white, as a page, a poster or a cut-out does.",
    "blank": "Left as it is, for it is all of one colour.",
    "document without paper": "Left as it is, for nothing in it is bright enough to be paper.",
    "enhanced": "Left as it is, for Darkroom has enhanced it already.",
    "not looked at": "Left as it is, as was asked for.",
    "dark": "Left as it is, for it is too dark to show a picture.",
    "photo": "Left as it is, for nothing in it needs help.",
}


def describe(edit_plan: EditPlan, control: Control) -> dict[str, Note]:
    """Return what was measured and done for the record, in words and rounded numbers; `summary` is one sentence."""
    before, after = (
        round(100 * float(luma(pixels).mean()))
        for pixels in (edit_plan.scene.thumbnail, edit_plan.thumbnail.clip(0, 1))
    )
    return {
        **edit_plan.notes,
        "preset": control.preset,
        "strength_percent": control.strength,
        "brightness_before_percent": before,
        "brightness_after_percent": after,
        "summary": sentence(edit_plan.notes, edit_plan.correction, control.strength),
    }


def sentence(notes: Mapping[str, Note], correction: Correction, strength: int = 100) -> str:
    """Return what the steps with a note did as one sentence that begins with a capital and ends with a full stop.

    A step without words of its own appears by its name, so that no change goes unreported.
    """
    changes = [_change(name, correction) for name in _in_order(notes)]
    if not changes:
        return UNTOUCHED.get(str(notes.get("kind")), "Left as it is.")
    if strength == 0:
        return "Left as it is, for strength 0 was asked for."
    told = _listed(_most_visible(changes))
    reduced = f"; of all this, {strength}% was carried out" if strength < 100 else ""
    return f"{told[0].upper()}{told[1:]}{reduced}."


def _in_order(notes: Mapping[str, Note]) -> list[str]:
    """Return the names of the steps that did something, in the order of CHANGES, unknown ones last."""
    done = [name for name in notes if name not in FACTS]
    return [*(name for name in CHANGES if name in done), *(name for name in done if name not in CHANGES)]


def _change(step: str, correction: Correction) -> Change:
    if step not in CHANGES:
        return Change(f"the {step.replace('_', ' ')} changed", size=math.inf)
    return CHANGES[step](correction)


def _most_visible(changes: list[Change]) -> list[str]:
    """Return the words of the largest changes, in their order, and that there were others."""
    largest = sorted(changes, key=lambda change: -change.size)[:MOST_CHANGES]
    told = [change.words for change in changes if change in largest]
    return told if len(told) == len(changes) else [*told, "smaller touches"]


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
