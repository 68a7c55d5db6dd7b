"""The enhancement as a tuple of named steps. Each is pure, looks at the draft so far and may find nothing to do."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.colour import LUMINANCE, Colours, brightest, luma, ramp, to_coded, to_linear
from functions.enhance.analysis.diagnosis import diagnose
from functions.enhance.analysis.extremes import weighed
from functions.enhance.analysis.order import median, percentiles
from functions.enhance.analysis.scene import Scene
from functions.enhance.edit.denoise import noise_of
from functions.enhance.edit.draft import Draft

Step = Callable[[Draft], Draft]

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


def decide(scene: Scene, levels: int) -> Draft:
    """What the steps decide for a scene; for a graphic, or where there is no picture, that is nothing."""
    draft = Draft.of(scene, levels)
    if scene.is_graphic:
        return draft.noting(kind="graphic")
    if percentiles(brightest(draft.pixels), [99.5])[0] < NO_PICTURE:
        return draft.noting(kind="dark")
    diagnosis = weighed(diagnose(scene.thumbnail, scene.opaque), scene.extremes)
    draft = replace(draft, diagnosis=diagnosis).noting(kind="photo")
    for step in STEPS:
        draft = step(draft)
    return draft


def white_balance(draft: Draft) -> Draft:
    """Take out the colour of the light at unchanged brightness (von Kries, linear light)."""
    red, blue = draft.diagnosis.red_stops, draft.diagnosis.blue_stops
    if draft.is_grey or np.hypot(red, blue) < SMALLEST_CAST_STOPS:
        return draft
    gains = 2.0 ** np.array([red, 0, blue])
    gains /= gains @ LUMINANCE
    return draft.through(lambda coded: to_coded(to_linear(coded) * gains), white_balance=_cast_in_words(red, blue))


def _cast_in_words(red: float, blue: float) -> str:
    """Name the cast that was corrected: it is what lacks, turned round."""
    if abs(red - blue) > abs(red + blue):
        name = "warm" if red < blue else "cool"
    else:
        name = "green" if red + blue > 0 else "magenta"
    return f"{name} cast of {np.hypot(red, blue):.2f} stops taken out"


def exposure(draft: Draft) -> Draft:
    """Expose longer or shorter, in linear light; clipped highlights stay near white."""
    stops, drop = draft.diagnosis.exposure_stops, draft.diagnosis.highlight_drop
    if abs(stops) < SMALLEST_EXPOSURE_STOPS:
        return draft
    return draft.through(lambda coded: _exposed(coded, stops, drop), exposure=f"{stops:+.1f} stops")


def _exposed(coded: Colours, stops: float, highlight_drop: float) -> Colours:
    exposed = to_coded(to_linear(coded) * 2.0**stops)
    if stops > 0:
        return exposed
    white = float(to_coded(np.array(2.0**stops)))
    shoulder = max(0.0, 1 - highlight_drop * min(-stops, 1) - white)
    return np.asarray(exposed + shoulder * np.minimum(coded, 1) ** SHOULDER_POWER)


def black_point(draft: Draft) -> Draft:
    """Bring a lifted black down to black; white stays."""
    black = draft.diagnosis.black
    if black < SMALLEST_BLACK:
        return draft
    return draft.through(
        lambda coded: np.maximum(np.clip(coded, 0, 1) - black, 0) / (1 - black), black_point=f"lowered by {black:.0%}"
    )


def midtones(draft: Draft) -> Draft:
    """Lift or lower what lies between black and white, both of which stay."""
    power = draft.diagnosis.power
    change = 0.5 ** (power - 1) - 1
    if abs(change) < SMALLEST_SHARE:
        return draft
    words = f"{'lifted' if change > 0 else 'lowered'} by {abs(change):.0%}"
    return draft.through(lambda coded: np.clip(coded, 0, 1) ** power, midtones=words)


def contrast(draft: Draft) -> Draft:
    """Part or join the tones around the middle by an S-curve."""
    strength = draft.diagnosis.contrast
    if abs(strength) < SMALLEST_SHARE:
        return draft
    return draft.through(lambda coded: _s_curve(np.clip(coded, 0, 1), strength), contrast=f"{strength / 2:+.0%}")


def _s_curve(coded: Colours, strength: float) -> Colours:
    return coded + strength * (coded * coded * (3 - 2 * coded) - coded)


def saturation(draft: Draft) -> Draft:
    """Strengthen faint colours or calm loud ones."""
    gain = draft.diagnosis.saturation
    if draft.is_grey or abs(gain - 1) < SMALLEST_SHARE:
        return draft
    return replace(draft, saturation=gain).noting(saturation=f"colours {gain - 1:+.0%}")


def denoising(draft: Draft) -> Draft:
    """Take out the noise that brightening a dark photo has made visible."""
    shown = ramp(_brightened(draft), *BRIGHTENED)
    noise = noise_of(luma(_curved(draft, draft.scene.tiles))) if shown else 0.0
    share = shown * ramp(noise, *NOISY)
    if share == 0:
        return draft
    return replace(draft, denoising=share * noise).noting(denoising=f"noise of {noise:.1%}, {share:.0%} of it reduced")


def _curved(draft: Draft, levels: NDArray[Any]) -> Colours:
    """Return what the curves make of levels whose last axis is the channels, as coded values."""
    return np.stack([draft.curves[levels[..., channel], channel] for channel in range(levels.shape[-1])], axis=-1)


def _brightened(draft: Draft) -> float:
    """How many times as high as in the photo that came in the middle brightness is, as coded."""
    return median(luma(draft.pixels)) / max(median(luma(draft.scene.pixels)), 1 / 255)


def sharpening(draft: Draft) -> Draft:
    """Crisp up fine detail; not in small images, and less where brightening has made noise visible."""
    if draft.scene.longest_edge < SMALLEST_SHARPENED_EDGE:
        return draft
    amount = SHARPENING * ramp(_brightened(draft), NOISY_GAIN, 1)
    if amount == 0:
        return draft
    return replace(draft, sharpening=amount).noting(sharpening=f"detail {amount:+.0%}")


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
