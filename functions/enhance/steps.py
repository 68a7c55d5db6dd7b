"""The enhancement as a tuple of named steps. Each is pure, looks at the draft so far and may find nothing to do."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from functions.enhance.colour import LUMINANCE, Colours, luma, ramp, to_coded, to_linear
from functions.enhance.denoise import noise_of
from functions.enhance.draft import Draft
from functions.enhance.illuminant import cast_of, neutral_gain
from functions.enhance.scene import Scene

Step = Callable[[Draft], Draft]

# Casts, in stops between channels: below the first nothing is done, from the second on they are removed in full.
SMALLEST_CAST, CERTAIN_CAST, MOST_CORRECTION = 0.15, 0.35, 0.95
# No lamp is this far from daylight: the subject is.
IMPLAUSIBLE_CAST = (2.2, 1.6)
# Share of pixels that the correction must turn neutral: none to certain.
NEUTRALS_GAINED = (0.01, 0.06)
# The brightest values that good photos leave unused are few: from the first level down a photo counts as too dark.
BRIGHT_ENOUGH, TOO_DARK, WHITE_GOAL = 0.82, 0.76, 0.94
# Darker than this there is no picture to bring out, only noise: a lens cap.
NO_PICTURE = 0.04
BLACK_ENOUGH, HAZY_BLACK, MOST_BLACK = 0.08, 0.22, 0.6
LARGEST_FLOOR = 0.1
# A flat photo, as raw converters export it: its brightest luma is low, yet neither a night's nor above a lifted black
# (as a share of the brightest), and its luma spreads (standard deviation) little.
FLAT_WHITE, NIGHT_WHITE, FLAT_BLACK, FLAT_SPREAD = (0.86, 0.78), (0.3, 0.45), (0.03, 0.06), (0.2, 0.15)
UNDER_A_CAST = 0.3
# What it gets in full: a white, a black, a share and a limit of the way there, and a power for the tones between.
FLAT_WHITE_GOAL, FLAT_BLACK_GOAL, FLAT_SHARE, FLAT_LARGEST_FLOOR, FLAT_POWER = 0.91, 0.03, 0.9, 0.2, 0.82
COLOURFUL, FAINT, GREY, MOST_SATURATION = 0.2, 0.08, 0.02, 1.25
# How many times as bright, and how noisy after that, in coded values: from none to all of the noise is taken out.
BRIGHTENED, NOISY = (1.5, 2.5), (0.006, 0.012)
SMALLEST_SHARPENED_EDGE = 600
SHARPENING, NOISY_GAIN = 0.3, 2.5


def decide(scene: Scene, levels: int) -> Draft:
    """What the steps decide for a scene; for a graphic that is nothing."""
    draft = Draft.of(scene, levels)
    if scene.is_graphic:
        return draft.noting(kind="graphic")
    draft = draft.noting(kind="photo")
    for step in STEPS:
        draft = step(draft)
    return draft


def white_balance(draft: Draft) -> Draft:
    """Take out the colour of the light, as far as it is certain, at unchanged brightness (von Kries, linear light)."""
    if draft.thumbnail.shape[-1] == 1:
        return draft
    cast = cast_of(draft.thumbnail, draft.scene.opaque)
    strength = float(np.hypot(*cast))
    neutrals = neutral_gain(draft.thumbnail, draft.scene.opaque, cast)
    certainty = ramp(strength, SMALLEST_CAST, CERTAIN_CAST) * ramp(strength, *IMPLAUSIBLE_CAST)
    share = MOST_CORRECTION * certainty * ramp(neutrals, *NEUTRALS_GAINED)
    if share == 0:
        return draft
    gains = 2.0 ** (-share * np.array([cast[0], 0, cast[1]]))
    gains /= gains @ LUMINANCE
    return draft.through(lambda coded: to_coded(to_linear(coded) * gains), **_white_balance_note(cast, share))


def _white_balance_note(cast: Colours, share: float) -> dict[str, str | float]:
    red, blue = cast
    warmth = "warm" if red > blue else "cool"
    tint = "green" if red + blue < 0 else "magenta"
    name = warmth if abs(red - blue) > abs(red + blue) else tint
    strength = float(np.hypot(red, blue))
    return {"white_balance": f"{name} cast of {strength:.2f} stops, {share:.0%} corrected"}


def exposure(draft: Draft) -> Draft:
    """Brighten in linear light, as a longer exposure would have, a photo that leaves the bright levels unused."""
    brightest, flatness = _brightest(draft.pixels), _flatness(draft)
    share = max(_darkness(draft), flatness)
    goal = max(WHITE_GOAL + (FLAT_WHITE_GOAL - WHITE_GOAL) * flatness, brightest)
    if share == 0 or brightest < NO_PICTURE or goal == brightest:
        return draft
    reach = to_linear(np.array([goal, brightest]))
    gain = float(reach[0] / reach[1]) ** share
    return draft.through(lambda coded: to_coded(to_linear(coded) * gain), exposure=f"{np.log2(gain):+.1f} stops")


def _brightest(pixels: Colours) -> float:
    return float(np.percentile(pixels.max(axis=-1), 99.5))


def _darkness(draft: Draft) -> float:
    """From 0 to 1, how far the photo, as it came, leaves the bright levels unused."""
    return ramp(_brightest(_opaque_original(draft)), BRIGHT_ENOUGH, TOO_DARK)


def _flatness(draft: Draft) -> float:
    """From 0 to 1, how sure the photo, as it came, is a flat one: low whites, lifted blacks and little between."""
    brightness = luma(_opaque_original(draft))
    black, white = np.percentile(brightness, [0.5, 99.5])
    # A cast dims whites too, and two strong corrections at once could harm a photo that needs neither.
    trust = UNDER_A_CAST if "white_balance" in draft.notes else 1.0
    whites = trust * ramp(white, *FLAT_WHITE) * ramp(white, *NIGHT_WHITE)
    return whites * ramp(black / max(white, 1 / 255), *FLAT_BLACK) * ramp(float(brightness.std()), *FLAT_SPREAD)


def contrast(draft: Draft) -> Draft:
    """Bring lifted blacks part of the way back to black, and leave white where it is; in a flat photo its own white."""
    black, flatness = float(np.percentile(luma(draft.pixels), 0.5)), _flatness(draft)
    hazy = min(ramp(black, BLACK_ENOUGH, HAZY_BLACK) * MOST_BLACK * black, LARGEST_FLOOR)
    flat = min(FLAT_SHARE * max(black - FLAT_BLACK_GOAL, 0), FLAT_LARGEST_FLOOR) * flatness
    floor = max(hazy, flat)
    if floor == 0:
        return draft
    white = _white(draft, flatness)
    return draft.through(
        lambda coded: white * np.maximum(coded - floor, 0) / (white - floor), contrast=f"black lowered by {floor:.0%}"
    )


def midtones(draft: Draft) -> Draft:
    """Lift what lies between black and white in a flat photo, both of which stay."""
    flatness = _flatness(draft)
    if flatness == 0:
        return draft
    white, power = _white(draft, flatness), 1 + (FLAT_POWER - 1) * flatness
    return draft.through(
        lambda coded: white * np.maximum(coded / white, 0) ** power, midtones=f"lifted by {0.5 ** (power - 1) - 1:.0%}"
    )


def _white(draft: Draft, flatness: float) -> float:
    """Return the level that stays where it is: white, and the brightest level there is the flatter the photo is."""
    return 1 + (float(np.clip(_brightest(draft.pixels), 0.5, 1)) - 1) * flatness


def saturation(draft: Draft) -> Draft:
    """Strengthen faint colours a little; grey photos have none, and colourful ones need no help."""
    if draft.thumbnail.shape[-1] == 1:
        return draft
    chroma = float(np.ptp(np.clip(draft.pixels, 0, 1), axis=-1).mean())
    faint = _darkness(draft) * ramp(chroma, COLOURFUL, FAINT) * ramp(chroma, GREY, FAINT)
    flat = _flatness(draft) * ramp(chroma, 2 * COLOURFUL, COLOURFUL) * ramp(chroma, GREY / 2, GREY)
    gain = 1 + (MOST_SATURATION - 1) * max(faint, flat)
    if gain == 1:
        return draft
    return replace(draft, saturation=gain).noting(saturation=f"colours {gain - 1:+.0%}")


def denoising(draft: Draft) -> Draft:
    """Take out the noise that brightening a dark photo has made visible; 16-bit photos keep theirs."""
    if len(draft.curves) > 256:
        return draft
    noise = noise_of(luma(_curved(draft, draft.scene.tiles)))
    share = ramp(_brightened(draft), *BRIGHTENED) * ramp(noise, *NOISY)
    if share == 0:
        return draft
    return replace(draft, denoising=share * noise).noting(denoising=f"noise of {noise:.1%}, {share:.0%} of it reduced")


def _curved(draft: Draft, levels: NDArray[Any]) -> Colours:
    """Return what the curves make of levels whose last axis is the channels, as coded values."""
    return np.stack([draft.curves[levels[..., channel], channel] for channel in range(levels.shape[-1])], axis=-1)


def _brightened(draft: Draft) -> float:
    """How many times as high as in the photo that came in the middle brightness is, as coded."""
    return float(np.median(luma(draft.pixels)) / max(np.median(luma(_opaque_original(draft))), 1 / 255))


def sharpening(draft: Draft) -> Draft:
    """Crisp up fine detail; not in small images, and less where brightening has made noise visible."""
    if draft.scene.longest_edge < SMALLEST_SHARPENED_EDGE:
        return draft
    amount = SHARPENING * ramp(_brightened(draft), NOISY_GAIN, 1)
    if amount == 0:
        return draft
    return replace(draft, sharpening=amount).noting(sharpening=f"detail {amount:+.0%}")


def _opaque_original(draft: Draft) -> Colours:
    return draft.scene.thumbnail[draft.scene.opaque]


STEPS: tuple[Step, ...] = (white_balance, exposure, contrast, midtones, saturation, denoising, sharpening)
