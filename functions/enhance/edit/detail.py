"""The steps that look at more than one pixel: lifting shadows, denoising and sharpening."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.backlight import backlight_stops
from functions.enhance.analysis.colour import luma, ramp
from functions.enhance.analysis.percentiles import median
from functions.enhance.arrays import Colours
from functions.enhance.edit.denoise import noise_of
from functions.enhance.edit.edit_plan import EditPlan
from functions.enhance.edit.shadows import ShadowLift

# How many times as bright, and how noisy after that, in coded values: from none to all of the noise is removed.
BRIGHTENED, NOISY = (1.5, 2.5), (0.006, 0.012)
SMALLEST_SHARPENED_EDGE = 600
# A smaller lift is skipped.
SMALLEST_LIFT_STOPS = 0.15
SHARPENING, NOISY_GAIN = 0.3, 2.5


def shadows(edit_plan: EditPlan) -> EditPlan:
    """Lift the shadows of a photo against the light, and nothing else of it; off in any other photo."""
    stops = _lift_stops(edit_plan) if edit_plan.scene.opaque.all() else 0.0
    if stops < SMALLEST_LIFT_STOPS:
        return edit_plan
    lift = ShadowLift.of(edit_plan.thumbnail, stops)
    correction = replace(edit_plan.correction, shadow_stops=stops)
    thumbnail = lift.shown(edit_plan.thumbnail)
    lifted = replace(edit_plan, shadow_lift=lift, thumbnail=thumbnail, correction=correction)
    return lifted.with_notes(shadows=f"{stops:+.1f} stops in the shadows")


def _lift_stops(edit_plan: EditPlan) -> float:
    """Return by how much to lift what was against the light before the steps, and is so after them.

    A wall that only the longer exposure has made bright is not the light behind the subject.
    """
    as_shot = backlight_stops(edit_plan.scene.thumbnail)
    return min(as_shot, backlight_stops(edit_plan.thumbnail)) if as_shot else 0.0


def denoising(edit_plan: EditPlan) -> EditPlan:
    """Remove the noise that brightening a dark photo has made visible."""
    visible = ramp(_brightened(edit_plan), *BRIGHTENED)
    noise = noise_of(luma(_curved(edit_plan, edit_plan.scene.tiles))) if visible else 0.0
    share = visible * ramp(noise, *NOISY)
    if share == 0:
        return edit_plan
    return replace(edit_plan, denoising=share * noise).with_notes(
        denoising=f"noise of {noise:.1%}, {share:.0%} of it reduced"
    )


def _curved(edit_plan: EditPlan, levels: NDArray[Any]) -> Colours:
    """Return the coded values that the curves give to levels whose last axis is the channels."""
    return np.stack([edit_plan.curves[levels[..., channel], channel] for channel in range(levels.shape[-1])], axis=-1)


def _brightened(edit_plan: EditPlan) -> float:
    """Return by how many times the median luma has risen from the source to the plan so far."""
    return median(luma(edit_plan.pixels)) / max(median(luma(edit_plan.scene.pixels)), 1 / 255)


def sharpening(edit_plan: EditPlan) -> EditPlan:
    """Sharpen fine detail; not in small images, and less where brightening has made noise visible."""
    if edit_plan.scene.longest_edge < SMALLEST_SHARPENED_EDGE:
        return edit_plan
    amount = SHARPENING * ramp(_brightened(edit_plan), NOISY_GAIN, 1)
    if amount == 0:
        return edit_plan
    return replace(edit_plan, sharpening=amount).with_notes(sharpening=f"detail {amount:+.0%}")
