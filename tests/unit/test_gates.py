"""Whom the gates ask about what, what they see, and how the opinions of the specialists come together."""

from dataclasses import replace
from itertools import chain

import numpy as np
import pytest
from numpy.typing import NDArray

from functions.enhance.analysis.correction import Outputs
from functions.enhance.analysis.ensemble import model
from functions.enhance.analysis.extremes import Extremes
from functions.enhance.analysis.features import Features, features_of_extremes
from functions.enhance.analysis.gates import (
    BRIGHTNESS,
    CHANNEL_LEVELS,
    COLOUR,
    EXTREMES,
    LUMA_LEVELS,
    QUESTIONS,
    SPECIALTIES,
    seen_by_gates,
    trusted,
)
from functions.enhance.analysis.networks import Networks
from tests.unit.enhance_scenes import landscape

MEASURED = 238


def _measured(photo: NDArray[np.float64]) -> Features:
    extremes = Extremes.of(np.rint(photo * 255).astype(np.uint8), None)
    return model().measured(photo, np.ones(photo.shape[:2], dtype=bool), extremes)


def test_a_gate_judges_one_network_of_each_specialist() -> None:
    opinions = np.arange(4 * 3 * 2, dtype=float).reshape(4, 3, 2)
    alike = [0] * 4
    found = trusted(opinions, np.array([[0, 0, 99, 0], alike, alike]))
    assert found[0] == pytest.approx(opinions[2, 0])
    assert found[1:] == pytest.approx(opinions[:, 1:].mean(axis=0))
    # More gates begin with the first networks again.
    assert trusted(opinions, np.zeros((6, 4)))[3:] == pytest.approx(trusted(opinions, np.zeros((3, 4))))


def test_only_who_knows_of_it_is_asked_about_the_cast_or_about_the_tones() -> None:
    opinions = np.random.default_rng(5).normal(size=(len(SPECIALTIES), 8, 8))
    found = _judged(opinions, [0, 0, 0, 0], [0, 0])
    assert found[:8, :2] == pytest.approx(_mean_of({"cast", "several", "any", "flat"}, opinions)[:, :2])
    assert found[:8, 2:] == pytest.approx(_mean_of({"flat", "exposure"}, opinions)[:, 2:])


def test_the_gates_trust_specialists_for_the_cast_and_for_the_tones_apart() -> None:
    opinions = np.random.default_rng(6).normal(size=(len(SPECIALTIES), 8, 8))
    found = _judged(opinions, [0, 0, 99, 0], [0, 99])
    assert found[:8, :2] == pytest.approx(_mean_of({"any"}, opinions)[:, :2])
    assert found[:8, 2:] == pytest.approx(_mean_of({"exposure"}, opinions)[:, 2:])


def _judged(opinions: Outputs, *scores: list[float]) -> Outputs:
    """Return what gates make of opinions that score whom they ask so, for the cast and for the tones."""
    gates = tuple(_scoring(own, np.array(each)) for own, each in zip(model().gates, scores, strict=True))
    return replace(model(), gates=gates).judged(np.zeros(MEASURED), opinions)


def _scoring(gates: Networks, scores: NDArray[np.float64]) -> Networks:
    """Return gates that score so whatever they see."""
    members = (replace(gate, output_weights=0 * gate.output_weights, output_biases=scores) for gate in gates.members)
    return replace(gates, members=tuple(members))


def _mean_of(names: set[str], opinions: Outputs) -> Outputs:
    return np.asarray(np.mean([opinions[SPECIALTIES.index(name)] for name in names], axis=0))


def test_what_is_measured_stands_where_the_gates_look_for_it() -> None:
    grey = np.repeat(landscape()[:120, :160].mean(axis=-1, keepdims=True), 3, axis=-1)
    tinted = grey * [1.0, 0.8, 0.6]
    seen, changed = _measured(grey), _measured(tinted)
    assert len(seen) == MEASURED
    assert seen[EXTREMES] == pytest.approx(
        features_of_extremes(Extremes.of(np.rint(grey * 255).astype(np.uint8), None))
    )
    assert seen[CHANNEL_LEVELS].reshape(3, -1) == pytest.approx(np.tile(seen[LUMA_LEVELS], (3, 1)))
    brightness, saturation = np.split(BRIGHTNESS, [25])
    # Of brightness, the last two numbers are the mean and the deviation of luma.
    assert seen[brightness[-2:]] == pytest.approx([grey.mean(), grey.std()], abs=1e-6)
    assert np.abs(seen[saturation]).max() == 0
    assert changed[saturation[1:]] == pytest.approx(0.4, abs=0.05)
    # A tint in stops: of the grey world, the first of the colours.
    assert changed[COLOUR[:2]] - seen[COLOUR[:2]] == pytest.approx(2.4 * np.log2([1 / 0.8, 0.6 / 0.8]), abs=0.2)


@pytest.mark.parametrize(("question", "heard"), [("cast", SPECIALTIES), ("tones", ("any", "flat", "exposure"))])
def test_gates_see_the_opinions_that_they_need(question: str, heard: tuple[str, ...]) -> None:
    opinions = np.arange(1.0, 1 + 8 * len(SPECIALTIES)).reshape(-1, 8)
    seen = seen_by_gates(np.zeros(MEASURED), opinions)[QUESTIONS[question].sees]
    assert seen[seen > 0].tolist() == [*chain.from_iterable(opinions[SPECIALTIES.index(name)] for name in heard)]
