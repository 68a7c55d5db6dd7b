"""The enhancement as a tuple of named steps. Each is pure, reads the edit plan so far and may have nothing to do."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from functions.enhance.analysis.adjustment import adjusted
from functions.enhance.analysis.colour import LUMINANCE, brightest
from functions.enhance.analysis.ensemble import predict_correction
from functions.enhance.analysis.percentiles import percentiles
from functions.enhance.analysis.restraints import restrained
from functions.enhance.analysis.scene import Scene
from functions.enhance.analysis.whites import WHITE
from functions.enhance.arrays import Colours
from functions.enhance.edit.detail import denoising, shadows, sharpening
from functions.enhance.edit.edit_plan import EditPlan
from functions.enhance.srgb import to_coded, to_linear

Step = Callable[[EditPlan], EditPlan]

# A smaller correction is skipped: stops of colour and of exposure, levels of black, and shares. The smallest cast moves
# a grey by dE 0.4 only: most are predicted too weak, and a little of them taken out is better than nothing.
SMALLEST_CAST_STOPS, SMALLEST_EXPOSURE_STOPS, SMALLEST_BLACK, SMALLEST_SHARE = 0.02, 0.05, 0.005, 0.02
# A darker photo holds only noise, as with the lens cap on.
NO_PICTURE = 0.04
# In an overexposed photo, clipped highlights become bright greys: how steeply the curve rises to them.
SHOULDER_POWER = 12
# White is what is higher; from which coded value on the curves come back to it.
WHITE_LEVEL, NEAR_WHITE = WHITE / 255, 0.8


def decide(scene: Scene, levels: int) -> EditPlan:
    """Return the edit plan for a scene: an empty one for a graphic, or where there is no picture."""
    edit_plan = EditPlan.of(scene, levels)
    if scene.is_graphic:
        return edit_plan.with_notes(kind="graphic")
    if scene.whites.is_plain_frame:
        return edit_plan.with_notes(kind="cut-out")
    if percentiles(brightest(edit_plan.pixels), [99.5])[0] < NO_PICTURE:
        return edit_plan.with_notes(kind="dark")
    predicted = predict_correction(scene.thumbnail, scene.opaque, scene.extremes)
    correction = restrained(adjusted(predicted, scene.extremes), scene)
    edit_plan = replace(edit_plan, correction=correction).with_notes(kind="photo")
    for step in STEPS:
        edit_plan = step(edit_plan)
    return edit_plan


def white_balance(edit_plan: EditPlan) -> EditPlan:
    """Remove the colour cast at unchanged brightness (von Kries, linear light)."""
    correction = edit_plan.correction
    if edit_plan.is_grey or correction.cast_stops < SMALLEST_CAST_STOPS:
        return edit_plan
    gains = 2.0 ** np.array([correction.red_stops, 0, correction.blue_stops])
    gains /= gains @ LUMINANCE
    note = f"{correction.cast_name} cast of {correction.cast_stops:.2f} stops taken out"
    return edit_plan.with_curve(lambda coded: to_coded(to_linear(coded) * gains), white_balance=note)


def exposure(edit_plan: EditPlan) -> EditPlan:
    """Apply a gain in linear light, as a longer or shorter exposure; clipped highlights stay near white."""
    stops, drop = edit_plan.correction.exposure_stops, edit_plan.correction.highlight_drop
    if abs(stops) < SMALLEST_EXPOSURE_STOPS:
        return edit_plan
    return edit_plan.with_curve(lambda coded: _exposed(coded, stops, drop), exposure=f"{stops:+.1f} stops")


def _exposed(coded: Colours, stops: float, highlight_drop: float) -> Colours:
    exposed = to_coded(to_linear(coded) * 2.0**stops)
    if stops > 0:
        return exposed
    white = float(to_coded(np.array(2.0**stops)))
    shoulder = max(0.0, 1 - highlight_drop * min(-stops, 1) - white)
    return np.asarray(exposed + shoulder * np.minimum(coded, 1) ** SHOULDER_POWER)


def black_point(edit_plan: EditPlan) -> EditPlan:
    """Lower a lifted black to black; white stays."""
    black = edit_plan.correction.black
    if black < SMALLEST_BLACK:
        return edit_plan
    return edit_plan.with_curve(
        lambda coded: np.maximum(np.clip(coded, 0, 1) - black, 0) / (1 - black), black_point=f"lowered by {black:.0%}"
    )


def midtones(edit_plan: EditPlan) -> EditPlan:
    """Lift or lower the tones between black and white, both of which stay."""
    power, lift = edit_plan.correction.power, edit_plan.correction.midtone_lift
    if abs(lift) < SMALLEST_SHARE:
        return edit_plan
    note = f"{'lifted' if lift > 0 else 'lowered'} by {abs(lift):.0%}"
    return edit_plan.with_curve(lambda coded: np.clip(coded, 0, 1) ** power, midtones=note)


def contrast(edit_plan: EditPlan) -> EditPlan:
    """Raise or lower the contrast around the middle by an S-curve."""
    strength = edit_plan.correction.contrast
    if abs(strength) < SMALLEST_SHARE:
        return edit_plan
    return edit_plan.with_curve(lambda coded: s_curve(np.clip(coded, 0, 1), strength), contrast=f"{strength / 2:+.0%}")


def s_curve(coded: Colours, strength: float) -> Colours:
    """Return coded values, 0 to 1, with more contrast around the middle; with less where the strength is negative."""
    return coded + strength * (_smooth_step(coded) - coded)


def _smooth_step(coded: Colours) -> Colours:
    return coded * coded * (3 - 2 * coded)


def white_point(edit_plan: EditPlan) -> EditPlan:
    """Keep white that is white where it was; the tones below it follow the curves so far."""
    kept = edit_plan.scene.whites.kept
    whites = edit_plan.curves[round(WHITE_LEVEL * (len(edit_plan.curves) - 1)) :]
    if not kept or not edit_plan.scene.whites.share or (whites >= WHITE_LEVEL).all():
        return edit_plan
    identity = EditPlan.of(edit_plan.scene, len(edit_plan.curves))
    return replace(
        edit_plan,
        thumbnail=_white_kept(edit_plan.thumbnail, identity.thumbnail, kept),
        curves=_white_kept(edit_plan.curves, identity.curves, kept),
    ).with_notes(white_point="white kept")


def _white_kept(edited: Colours, coded: Colours, share: float) -> Colours:
    """Return edited values that come back, from NEAR_WHITE on, to what they were."""
    near = np.clip((coded - NEAR_WHITE) / (WHITE_LEVEL - NEAR_WHITE), 0, 1)
    return np.asarray(edited + share * _smooth_step(near) * np.maximum(coded - edited, 0))


def saturation(edit_plan: EditPlan) -> EditPlan:
    """Raise or lower the saturation."""
    gain = edit_plan.correction.saturation
    if edit_plan.is_grey or abs(gain - 1) < SMALLEST_SHARE:
        return edit_plan
    return replace(edit_plan, saturation=gain).with_notes(saturation=f"colours {gain - 1:+.0%}")


STEPS: tuple[Step, ...] = (
    white_balance,
    exposure,
    black_point,
    midtones,
    contrast,
    white_point,
    shadows,
    saturation,
    denoising,
    sharpening,
)
