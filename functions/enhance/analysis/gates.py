"""Gates say how much each specialist is trusted with a photo, for the colour of the light and for the tones apart."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.correction import OUTPUTS, Outputs
from functions.enhance.analysis.features import Features

# What the specialists learned from, in the order of their opinions: "several" are a cast and another fault.
SPECIALTIES = ("cast", "several", "any", "flat", "exposure")
# Where the numbers stand in `seen_by_gates`: brightness and saturation, colours and what the light model says, the
# extremes, histograms of the levels of luma and of each channel; then the opinions, a row for each specialist.
MEASURED = 238
BRIGHTNESS, COLOUR, EXTREMES, LUMA_LEVELS, CHANNEL_LEVELS = np.split(np.arange(MEASURED), [30, 93, 110, 142])
OPINIONS = MEASURED + np.arange(len(SPECIALTIES) * OUTPUTS).reshape(-1, OUTPUTS)


@dataclass(frozen=True)
class Question:
    """What gates judge: some of the outputs, of those specialists who are asked, by what they see of the photo.

    Of what is measured, and of the opinions (of those who are `heard`), they see no more than they need: with all of
    it, gates judge photos that they do not know worse.
    """

    outputs: slice
    asked: slice
    heard: slice
    features: NDArray[np.intp]

    @property
    def sees(self) -> NDArray[np.intp]:
        """Where in `seen_by_gates` the numbers stand that these gates see."""
        return np.append(self.features, OPINIONS[self.heard])


# Who never saw a cast is not asked about casts, nor about tones who learned nothing but casts. Who learned from all
# faults is heard about tones, but not asked: so careful with flat exports that gates would hedge with that opinion.
QUESTIONS: Mapping[str, Question] = {
    "cast": Question(
        outputs=slice(0, 2),
        asked=slice(0, 4),
        heard=slice(0, 5),
        features=np.concatenate([BRIGHTNESS, COLOUR, EXTREMES]),
    ),
    "tones": Question(
        outputs=slice(2, OUTPUTS),
        asked=slice(3, 5),
        heard=slice(2, 5),
        features=np.concatenate([BRIGHTNESS, EXTREMES, LUMA_LEVELS]),
    ),
}


def seen_by_gates(measured: Features, opinions: Outputs) -> Features:
    """Return what gates can see: what specialists see, and their outputs, of shape (specialists, 8).

    Both may have an axis for many photos, the first.
    """
    return np.concatenate([measured, opinions.reshape(*measured.shape[:-1], -1)], axis=-1)


def trusted(opinions: Outputs, scores: NDArray[np.float64]) -> Outputs:
    """Return outputs, one row for each gate: opinions of shape (specialists, networks, outputs), averaged by trust.

    Each gate, a row of scores for the specialists, judges one network of each specialist, so there are as many gates as
    networks, or a multiple.
    """
    judged = np.tile(opinions, (1, len(scores) // opinions.shape[1], 1))
    return np.asarray(np.einsum("gs,sgo->go", _shares(scores), judged))


def _shares(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the scores along the last axis as shares that sum to 1 (softmax)."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
