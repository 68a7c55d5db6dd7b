"""How the brightest and darkest pixels are measured, and how they adjust a predicted correction."""

import numpy as np
import pytest

from functions.enhance.analysis.adjustment import adjusted
from functions.enhance.analysis.correction import Correction
from functions.enhance.analysis.extremes import Extremes
from functions.enhance.analysis.scene import survey
from functions.enhance.edit.steps import decide
from functions.enhance.srgb import to_coded, to_linear
from tests.unit.enhance_scenes import levels_of, surfaces


def extremes(*, clipping_ratio: float, clipped_share: float, middle: float = 0.6) -> Extremes:
    """Return extremes of a photo that is clipped at the top."""
    nothing = np.zeros(2)
    return Extremes(nothing, nothing, 0.0, 0.1, middle, clipping_ratio, clipped_share)


def lit(colour: tuple[int, int, int], darkest: int = 10) -> np.ndarray:
    """Return a grey square of 100 x 100 pixels: a hundredth in a bright colour, another in the darkest grey."""
    levels = np.full((100, 100, 3), 90, np.uint8)
    levels[0], levels[99] = colour, darkest
    return levels


class TestExtremes:
    def test_the_brightest_of_each_channel_is_the_colour_of_the_light(self) -> None:
        found = Extremes.of(lit((188, 188, 137)), None)
        assert found.cast == pytest.approx([0, 1], abs=0.02)
        assert found.stops_to_white == pytest.approx(1, abs=0.02)
        assert (found.black, found.middle) == (10 / 255, 90 / 255)

    def test_the_mean_of_the_light_is_the_grey_world(self) -> None:
        # Light of 0, 1 and of 1, 1: half as much red.
        levels = np.full((10, 10, 3), 255, np.uint8)
        levels[:5, :, 0] = 0
        assert Extremes.of(levels, None).mean_cast == pytest.approx([1, 0])

    def test_a_speck_that_the_thumbnail_averages_away_counts(self) -> None:
        levels = np.full((1000, 1000, 3), 90, np.uint8)
        levels[::20, ::20] = 255
        scene = survey(levels)
        assert scene.pixels.max() < 0.5
        assert scene.extremes.stops_to_white == 0

    def test_a_hot_pixel_does_not_count(self) -> None:
        levels = np.full((100, 100, 3), 90, np.uint8)
        levels[5, 5] = 255
        assert Extremes.of(levels, None).stops_to_white > 2

    def test_transparent_pixels_do_not_count(self) -> None:
        levels = lit((255, 255, 0))
        alpha = np.full((100, 100, 1), 255, np.uint8)
        alpha[0] = 254
        assert survey(levels, alpha).extremes.stops_to_white == survey(levels[1:]).extremes.stops_to_white > 2

    def test_sixteen_bits_measure_as_eight(self) -> None:
        levels = lit((250, 188, 137))
        eight, sixteen = Extremes.of(levels, None), Extremes.of(levels.astype(np.uint16) * 257, None)
        assert (eight.cast == sixteen.cast).all()
        assert (eight.mean_cast == sixteen.mean_cast).all()
        assert (eight.stops_to_white, eight.black) == (sixteen.stops_to_white, sixteen.black)

    def test_grey_has_no_cast_and_one_channel_to_clip(self) -> None:
        found = Extremes.of(lit((255, 255, 255))[..., :1], None)
        assert (found.cast == 0).all()
        assert (found.mean_cast == 0).all()
        assert found.clipped_share == pytest.approx(0.01)
        assert found.clipping_ratio > 10

    def test_one_clipped_channel_is_a_colour_and_no_clipping(self) -> None:
        assert Extremes.of(lit((255, 90, 90)), None).clipping_ratio == 0
        assert Extremes.of(lit((255, 255, 90)), None).clipping_ratio > 10

    @pytest.mark.parametrize("stops", [0, -0.5, -2])
    @pytest.mark.parametrize("light", [(1, 1, 1), (1, 0.9, 0.6)], ids=["daylight", "tungsten"])
    def test_clipped_white_is_a_ceiling_in_any_light_and_exposure(self, stops: float, light: tuple[float, ...]) -> None:
        clipped = np.clip(to_linear(surfaces()) * 2.0**0.8, 0, 1)
        found = Extremes.of(levels_of(to_coded(clipped * light * 2.0**stops)), None)
        assert found.ceilings.min() > 3
        assert found.ceiling_share > 0.01

    def test_tones_that_fade_toward_white_have_no_ceiling(self) -> None:
        ramp = np.linspace(0, 1, 200) ** 0.5
        found = Extremes.of(levels_of(np.broadcast_to(ramp[:, None, None], (200, 40, 3))), None)
        assert found.ceilings.max() < 1.5

    def test_a_channel_can_have_a_ceiling_alone(self) -> None:
        levels = np.tile(np.arange(256, dtype=np.uint8)[:, None, None], (1, 20, 3))
        levels[..., 1] = levels[..., 1].clip(0, 150)
        red, green, blue, brightest = Extremes.of(levels, None).ceilings
        assert green > 5
        assert max(red, blue, brightest) < 2


class TestOverexposure:
    @staticmethod
    def stops(measured: Extremes, **predicted: float) -> float:
        return adjusted(Correction(**predicted), measured).exposure_stops

    def test_clipping_at_the_top_is_an_overexposure(self) -> None:
        assert self.stops(extremes(clipping_ratio=3, clipped_share=0.02), exposure_stops=0.1) == pytest.approx(-0.5)

    def test_the_larger_of_two_overexposures_counts(self) -> None:
        assert self.stops(extremes(clipping_ratio=3, clipped_share=0.02), exposure_stops=-0.7) == -0.7

    @pytest.mark.parametrize(
        "measured",
        [
            extremes(clipping_ratio=1.5, clipped_share=0.02),
            extremes(clipping_ratio=3, clipped_share=0.002),
            extremes(clipping_ratio=3, clipped_share=0.02, middle=0.2),
        ],
        ids=["highlights that fade", "a few reflections", "lamps at night"],
    )
    def test_not_all_clipping_is_overexposure(self, measured: Extremes) -> None:
        assert self.stops(measured, exposure_stops=0.1) == 0.1

    def test_an_overexposed_photo_has_a_high_clipping_ratio(self) -> None:
        right = np.sqrt(surfaces())
        wrong = to_coded(np.clip(to_linear(right) * 2**0.8, 0, 1))
        before, after = (decide(survey(levels_of(levels)), 256).correction for levels in (right, wrong))
        assert survey(levels_of(wrong)).extremes.clipping_ratio > 2
        assert after.exposure_stops < min(-0.3, before.exposure_stops)
