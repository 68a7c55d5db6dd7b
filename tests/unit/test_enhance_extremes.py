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

# Red needs half a stop more than green, blue as much less: a cool light.
COOL = np.array([0.5, -0.5])
NOTHING = np.zeros(2)


def extremes(
    cast: np.ndarray = NOTHING,
    mean_cast: np.ndarray = NOTHING,
    *,
    stops_to_white: float = 0.0,
    black: float = 0.1,
    middle: float = 0.6,
    clipping_ratio: float = 0.0,
    clipped_share: float = 0.0,
) -> Extremes:
    """Return extremes that adjust nothing, except those given."""
    return Extremes(cast, mean_cast, stops_to_white, black, middle, clipping_ratio, clipped_share)


def lit(colour: tuple[int, int, int], darkest: int = 10) -> np.ndarray:
    """Return a grey square of 100 x 100 pixels: a hundredth in a bright colour, another in the darkest grey."""
    levels = np.full((100, 100, 3), 90, np.uint8)
    levels[0], levels[99] = colour, darkest
    return levels


def cast_of(predicted: np.ndarray, measured: Extremes) -> np.ndarray:
    return adjusted(Correction(red_stops=predicted[0], blue_stops=predicted[1]), measured).cast


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


class TestCast:
    def test_a_grey_world_of_the_same_colour_strengthens_it(self) -> None:
        assert cast_of(COOL, extremes(COOL, COOL)) == pytest.approx(1.25 * COOL)

    def test_the_grey_world_adds_a_bounded_amount(self) -> None:
        """No lamp is further off; a sunset needs no correction."""
        most = cast_of(COOL, extremes(COOL, 5 * COOL))
        assert np.hypot(*(most - COOL)) == pytest.approx(0.25)

    @pytest.mark.parametrize("predicted", [NOTHING, COOL / 30], ids=["nothing", "next to nothing"])
    def test_a_grey_world_without_a_predicted_cast_is_a_colourful_subject(self, predicted: np.ndarray) -> None:
        assert (cast_of(predicted, extremes(3 * COOL, 3 * COOL)) == predicted).all()

    def test_a_grey_world_of_another_colour_changes_nothing(self) -> None:
        assert cast_of(COOL, extremes(COOL, -COOL)) == pytest.approx(COOL)

    def test_highlights_of_another_colour_change_nothing(self) -> None:
        assert cast_of(COOL, extremes(-COOL)) == pytest.approx(COOL)


class TestTones:
    SMALL = Correction(power=0.9, contrast=0.1, saturation=1.1)

    def test_a_photo_from_black_to_white_is_hardly_corrected(self) -> None:
        assert adjusted(self.SMALL, extremes(stops_to_white=0, black=0)) == Correction()

    @pytest.mark.parametrize("measured", [extremes(stops_to_white=0), extremes(stops_to_white=0.25, black=0)])
    def test_a_photo_that_reaches_only_one_of_them_is_corrected(self, measured: Extremes) -> None:
        assert adjusted(self.SMALL, measured) == self.SMALL

    def test_a_large_correction_is_kept_all_the_same(self) -> None:
        large = Correction(exposure_stops=-1.2)
        assert adjusted(large, extremes(stops_to_white=0, black=0)) == large


class TestExposure:
    @staticmethod
    def stops(measured: Extremes, **predicted: float) -> float:
        return adjusted(Correction(**predicted), measured).exposure_stops

    def test_the_stops_to_white_are_added_to_the_exposure(self) -> None:
        assert self.stops(extremes(stops_to_white=2), exposure_stops=1.5) == pytest.approx(1.9)

    @pytest.mark.parametrize(
        ("gap", "predicted"),
        [(2, {"exposure_stops": 1.5, "black": 0.04}), (5, {"exposure_stops": 4}), (2, {"exposure_stops": 0.2})],
        ids=["a flat export", "night", "a photo that is dark by intention"],
    )
    def test_they_are_not_added_where_white_is_low_by_intention(self, gap: float, predicted: dict[str, float]) -> None:
        assert self.stops(extremes(stops_to_white=gap), **predicted) == predicted["exposure_stops"]

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
