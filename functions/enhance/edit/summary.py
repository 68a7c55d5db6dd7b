"""The summary of an edit plan: notes for the record, and one sentence for a person."""

from collections.abc import Mapping

from functions.enhance.analysis.colour import luma
from functions.enhance.edit.edit_plan import EditPlan, Note
from functions.enhance.edit.presets import Control

# What each step did, by the step's name, and the prefix of its note that would repeat it.
STEP_PHRASES = {
    "white_balance": ("corrected the white balance", ""),
    "exposure": ("adjusted the exposure", ""),
    "black_point": ("set the black point", ""),
    "midtones": ("adjusted the midtones", ""),
    "contrast": ("adjusted the contrast", ""),
    "saturation": ("adjusted the colours", "colours "),
    "denoising": ("reduced the noise", "noise of "),
    "paper": ("evened the paper out to white", ""),
    "ink": ("deepened the ink", ""),
    "sharpening": ("sharpened fine detail", "detail "),
}
FACTS = frozenset({"kind"})
UNTOUCHED = {
    "graphic": "Left as it is, for it looks like a drawing, a screenshot or a document rather than a photo.",
    "blank": "Left as it is, for it is all of one colour.",
    "document without paper": "Left as it is, for nothing in it is bright enough to be paper.",
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
        "summary": sentence(edit_plan.notes, control.strength),
    }


def sentence(notes: Mapping[str, Note], strength: int = 100) -> str:
    """Return the steps' notes as one sentence that begins with a capital and ends with a full stop.

    A step without a phrase of its own here appears by its name, so that no change goes unreported.
    """
    step_phrases = [_step_phrase(name, str(note)) for name, note in notes.items() if name not in FACTS]
    if not step_phrases:
        return UNTOUCHED.get(str(notes.get("kind")), "Left as it is.")
    if strength == 0:
        return "Left as it is, for strength 0 was asked for."
    phrases = _listed(step_phrases)
    reduced = f"; of all this, {strength}% was carried out" if strength < 100 else ""
    return f"{phrases[0].upper()}{phrases[1:]}{reduced}."


def _step_phrase(step: str, note: str) -> str:
    words, repeated = STEP_PHRASES.get(step, (f"changed the {step.replace('_', ' ')}", ""))
    return f"{words} ({note.removeprefix(repeated)})"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
