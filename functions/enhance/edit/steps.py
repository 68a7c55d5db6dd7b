"""The enhancement as a tuple of named steps. Each is pure, looks at the draft so far and may find nothing to do."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.colour import LUMINANCE, Colours, brightest, luma, ramp, to_coded, to_linear
from functions.enhance.analysis.correction import predict_correction
from functions.enhance.analysis.extremes import adjusted
from functions.enhance.analysis.percentiles import median, percentiles
from functions.enhance.analysis.scene import Scene
from functions.enhance.edit.denoise import noise_of
from functions.enhance.edit.edit_plan import EditPlan

Step = Callable[[EditPlan], EditPlan]

# Less than this is nothing: stops of colour and of exposure, levels of black, and shares.
SMALLEST_CAST_STOPS, SMALLEST_EXPOSURE_STOPS, SMALLEST_BLACK, SMALLEST_SHARE = 0.04, 0.05, 0.005, 0.02
# Darker than this there is no picture to bring out, only noise: a lens cap.
NO_PICTURE = 0.04
# Where a photo was overexposed, clipped highlights come back as bright greys: how steeply the curve runs up to them.
SHOULDER_POWER = 12
# How many times as bright, and how noisy after that, in coded values: from none to all of the noise is taken out.
BRIGHTENED, NOISY = (1.5, 2.5), (0.006, 0.012)
SMALLEST_SHARPENED_EDGE = 600
SHARPENING, NOISY_GAIN = 0.3, 2.5


def decide(scene: Scene, levels: int) -> EditPlan:
    """What the steps decide for a scene; for a graphic, or where there is no picture, that is nothing."""
    edit_plan = EditPlan.of(scene, levels)
    if scene.is_graphic:
        return edit_plan.with_notes(kind="graphic")
    if percentiles(brightest(edit_plan.pixels), [99.5])[0] < NO_PICTURE:
        return edit_plan.with_notes(kind="dark")
    correction = adjusted(predict_correction(scene.thumbnail, scene.opaque), scene.extremes)
    edit_plan = replace(edit_plan, correction=correction).with_notes(kind="photo")
    for step in STEPS:
        edit_plan = step(edit_plan)
    return edit_plan


def white_balance(edit_plan: EditPlan) -> EditPlan:
    """Take out the colour of the light at unchanged brightness (von Kries, linear light)."""
    red, blue = edit_plan.correction.red_stops, edit_plan.correction.blue_stops
    if edit_plan.is_grey or np.hypot(red, blue) < SMALLEST_CAST_STOPS:
        return edit_plan
    gains = 2.0 ** np.array([red, 0, blue])
    gains /= gains @ LUMINANCE
    return edit_plan.through(lambda coded: to_coded(to_linear(coded) * gains), white_balance=_cast_in_words(red, blue))


def _cast_in_words(red: float, blue: float) -> str:
    """Name the cast that was corrected: it is what lacks, turned round."""
    if abs(red - blue) > abs(red + blue):
        name = "warm" if red < blue else "cool"
    else:
        name = "green" if red + blue > 0 else "magenta"
    return f"{name} cast of {np.hypot(red, blue):.2f} stops taken out"


def exposure(edit_plan: EditPlan) -> EditPlan:
    """Expose longer or shorter, in linear light; clipped highlights stay near white."""
    stops, drop = edit_plan.correction.exposure_stops, edit_plan.correction.highlight_drop
    if abs(stops) < SMALLEST_EXPOSURE_STOPS:
        return edit_plan
    return edit_plan.through(lambda coded: _exposed(coded, stops, drop), exposure=f"{stops:+.1f} stops")


def _exposed(coded: Colours, stops: float, highlight_drop: float) -> Colours:
    exposed = to_coded(to_linear(coded) * 2.0**stops)
    if stops > 0:
        return exposed
    white = float(to_coded(np.array(2.0**stops)))
    shoulder = max(0.0, 1 - highlight_drop * min(-stops, 1) - white)
    return np.asarray(exposed + shoulder * np.minimum(coded, 1) ** SHOULDER_POWER)


def black_point(edit_plan: EditPlan) -> EditPlan:
    """Bring a lifted black down to black; white stays."""
    black = edit_plan.correction.black
    if black < SMALLEST_BLACK:
        return edit_plan
    return edit_plan.through(
        lambda coded: np.maximum(np.clip(coded, 0, 1) - black, 0) / (1 - black), black_point=f"lowered by {black:.0%}"
    )


def midtones(edit_plan: EditPlan) -> EditPlan:
    """Lift or lower what lies between black and white, both of which stay."""
    power = edit_plan.correction.power
    change = 0.5 ** (power - 1) - 1
    if abs(change) < SMALLEST_SHARE:
        return edit_plan
    words = f"{'lifted' if change > 0 else 'lowered'} by {abs(change):.0%}"
    return edit_plan.through(lambda coded: np.clip(coded, 0, 1) ** power, midtones=words)


def contrast(edit_plan: EditPlan) -> EditPlan:
    """Part or join the tones around the middle by an S-curve."""
    strength = edit_plan.correction.contrast
    if abs(strength) < SMALLEST_SHARE:
        return edit_plan
    return edit_plan.through(lambda coded: _s_curve(np.clip(coded, 0, 1), strength), contrast=f"{strength / 2:+.0%}")


def _s_curve(coded: Colours, strength: float) -> Colours:
    return coded + strength * (coded * coded * (3 - 2 * coded) - coded)


def saturation(edit_plan: EditPlan) -> EditPlan:
    """Strengthen faint colours or calm loud ones."""
    gain = edit_plan.correction.saturation
    if edit_plan.is_grey or abs(gain - 1) < SMALLEST_SHARE:
        return edit_plan
    return replace(edit_plan, saturation=gain).with_notes(saturation=f"colours {gain - 1:+.0%}")


def denoising(edit_plan: EditPlan) -> EditPlan:
    """Take out the noise that brightening a dark photo has made visible."""
    shown = ramp(_brightened(edit_plan), *BRIGHTENED)
    noise = noise_of(luma(_curved(edit_plan, edit_plan.scene.tiles))) if shown else 0.0
    share = shown * ramp(noise, *NOISY)
    if share == 0:
        return edit_plan
    return replace(edit_plan, denoising=share * noise).with_notes(
        denoising=f"noise of {noise:.1%}, {share:.0%} of it reduced"
    )


def _curved(edit_plan: EditPlan, levels: NDArray[Any]) -> Colours:
    """Return what the curves make of levels whose last axis is the channels, as coded values."""
    return np.stack([edit_plan.curves[levels[..., channel], channel] for channel in range(levels.shape[-1])], axis=-1)


def _brightened(edit_plan: EditPlan) -> float:
    """How many times as high as in the photo that came in the middle brightness is, as coded."""
    return median(luma(edit_plan.pixels)) / max(median(luma(edit_plan.scene.pixels)), 1 / 255)


def sharpening(edit_plan: EditPlan) -> EditPlan:
    """Crisp up fine detail; not in small images, and less where brightening has made noise visible."""
    if edit_plan.scene.longest_edge < SMALLEST_SHARPENED_EDGE:
        return edit_plan
    amount = SHARPENING * ramp(_brightened(edit_plan), NOISY_GAIN, 1)
    if amount == 0:
        return edit_plan
    return replace(edit_plan, sharpening=amount).with_notes(sharpening=f"detail {amount:+.0%}")


STEPS: tuple[Step, ...] = (
    white_balance,
    exposure,
    black_point,
    midtones,
    contrast,
    saturation,
    denoising,
    sharpening,
)
