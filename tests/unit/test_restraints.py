"""Rules that hold a correction back: white stays white, low key dark and intended light coloured."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from functions.enhance.analysis.correction import Correction
from functions.enhance.analysis.restraints import (
    BELOW_WHITE_STOPS,
    EVENING_STOPS,
    LOW_KEY_STOPS,
    evening_stays,
    full_range_stays,
    intended_light_stays,
    low_key_stays,
    white_is_no_overexposure,
)
from functions.enhance.analysis.scene import Scene, survey
from functions.enhance.analysis.whites import Whites
from functions.enhance.edit.edit_plan import EditPlan
from functions.enhance.edit.steps import contrast, decide, exposure, midtones, white_balance, white_point
from functions.enhance.srgb import to_coded, to_linear
from tests.unit.enhance_scenes import Levels, encoded, enhanced, landscape, levels_of, surfaces

WHITE = 250


def on_white(levels: Levels, share: float = 0.3) -> Levels:
    """Return a photo of which the upper part is white, as behind a window or in an overcast sky."""
    result = levels.copy()
    result[: round(share * len(levels))] = 1
    return result


def overexposed(levels: Levels, stops: float = 1.0) -> Levels:
    return to_coded(np.clip(to_linear(levels) * 2**stops, 0, 1))


def lit_in_the_dark(accent: float = 1.0) -> Levels:
    """Return a dark room with texture in which a few lamps are lit: low key."""
    levels = 0.14 * landscape()
    levels[::40, ::40] = levels[1::40, ::40] = accent
    return levels


def scene_of(levels: Levels) -> Scene:
    return survey(levels_of(levels))


def edited(scene: Scene, correction: Correction, levels: int = 256) -> EditPlan:
    edit_plan = replace(EditPlan.of(scene, levels), correction=correction)
    for step in (white_balance, exposure, midtones, contrast, white_point):
        edit_plan = step(edit_plan)
    return edit_plan


class TestFullRange:
    SMALL = Correction(red_stops=0.1, power=0.9, contrast=0.1, saturation=1.1)

    @staticmethod
    def scene(stops_to_white: float, black: float) -> Scene:
        found = scene_of(landscape())
        return replace(found, extremes=replace(found.extremes, stops_to_white=stops_to_white, black=black))

    def test_the_tones_of_a_photo_from_black_to_white_stay(self) -> None:
        assert full_range_stays(self.SMALL, self.scene(0, 0)) == Correction(red_stops=0.1)

    @pytest.mark.parametrize(("stops_to_white", "black"), [(0, 0.1), (0.25, 0)])
    def test_a_photo_that_reaches_only_one_of_them_is_corrected(self, stops_to_white: float, black: float) -> None:
        assert full_range_stays(self.SMALL, self.scene(stops_to_white, black)) == self.SMALL

    @pytest.mark.parametrize("stops", [-0.7, 0.7])
    def test_a_wrong_exposure_is_corrected_all_the_same(self, stops: float) -> None:
        wrong = replace(self.SMALL, exposure_stops=stops)
        assert full_range_stays(wrong, self.scene(0, 0)) == wrong


class TestWhites:
    def test_white_is_what_is_white_in_all_channels(self) -> None:
        assert Whites.of(levels_of(on_white(0.5 * landscape())), None).share == pytest.approx(0.3, abs=0.005)
        yellow = np.full((10, 10, 3), 255, np.uint8)
        yellow[..., 2] = 90
        assert Whites.of(yellow, None) == Whites(0, 1, 0)

    def test_grey_has_white_and_no_clipped_colours(self) -> None:
        assert Whites.of(np.full((10, 10, 1), 255, np.uint8), None) == Whites(1, 0, 1)

    def test_transparent_pixels_do_not_count_and_stand_for_a_plain_frame(self) -> None:
        levels = levels_of(0.5 * landscape())
        opaque = np.zeros(levels.shape[:2], np.uint8)
        opaque[100:200, 100:200] = 1
        levels[0] = 255
        assert Whites.of(levels, opaque[..., None]) == Whites(0, 0, 1)

    def test_an_overexposed_photo_has_colours_that_were_clipped(self) -> None:
        levels = np.clip(surfaces() * np.array([1.0, 0.85, 0.7]), 0, 1)
        found = scene_of(overexposed(levels, 1.5)).whites
        assert (found.kept, found.darkened) == (0, 1)

    @pytest.mark.parametrize("share", [0.02, 0.3, 0.6])
    def test_white_beside_a_well_exposed_photo_hides_nothing(self, share: float) -> None:
        found = scene_of(on_white(0.8 * landscape(), share)).whites
        assert (found.kept, found.darkened) == (1, 0)


DARKER = Correction(exposure_stops=-0.8, red_stops=-0.2, blue_stops=0.2, power=1.1)


class TestWhiteStaysWhite:
    @pytest.mark.parametrize("levels", [256, 65536])
    @pytest.mark.parametrize("share", [0.002, 0.3])
    def test_no_curve_takes_white_below_white(self, share: float, levels: int) -> None:
        edit_plan = edited(scene_of(on_white(0.8 * landscape(), share)), DARKER, levels)
        scale = (levels - 1) // 255
        assert (edit_plan.tables[(WHITE + 1) * scale :] > WHITE * scale).all()
        assert (np.diff(edit_plan.tables.astype(int), axis=0) >= 0).all()
        # What is not near white gets darker as before.
        assert edit_plan.curves[len(edit_plan.curves) // 2, 1] < 0.42
        assert edit_plan.notes["white_point"] == "white kept"

    def test_the_thumbnail_follows_the_curves(self) -> None:
        edit_plan = edited(scene_of(on_white(0.8 * landscape())), DARKER)
        assert edit_plan.thumbnail[:20].min() > WHITE / 255

    def test_clipped_colours_may_be_won_back_from_white(self) -> None:
        scene = scene_of(overexposed(np.clip(surfaces() * np.array([1.0, 0.85, 0.7]), 0, 1), 1.5))
        assert edited(scene, DARKER).tables[255].max() < WHITE

    def test_a_curve_that_leaves_white_is_not_touched(self) -> None:
        scene = scene_of(on_white(0.8 * landscape()))
        assert "white_point" not in edited(scene, Correction(exposure_stops=0.5, power=1.1, contrast=0.2)).notes

    @pytest.mark.parametrize("stops", [-0.2, -1.0])
    def test_an_area_of_white_is_no_reason_to_darken(self, stops: float) -> None:
        predicted = Correction(exposure_stops=stops, contrast=0.1)
        assert white_is_no_overexposure(predicted, scene_of(on_white(0.8 * landscape()))) == Correction(contrast=0.1)

    @pytest.mark.parametrize("share", [0, 0.0004])
    def test_a_few_reflections_are_no_reason_against_it(self, share: float) -> None:
        scene = replace(scene_of(landscape()), whites=Whites(share, 0, 0))
        assert white_is_no_overexposure(DARKER, scene) == DARKER

    @pytest.mark.parametrize("quality", [60, 90])
    @pytest.mark.parametrize("ground", [255, 252])
    def test_a_photo_with_much_white_keeps_it(self, ground: int, quality: int) -> None:
        """As in a shop's pictures: a textured subject that reaches two sides of the frame, on white."""
        image = Image.fromarray(levels_of(np.clip(1.2 * landscape(), 0, 1)))
        mask = Image.new("L", image.size)
        ImageDraw.Draw(mask).polygon([(0, 426), (0, 200), (320, 60), (640, 330), (640, 426)], fill=255)
        white = Image.new("RGB", image.size, (ground,) * 3)
        white.paste(image, mask=mask.filter(ImageFilter.GaussianBlur(1)))
        edit_plan = edited(scene_of(np.asarray(white) / 255), DARKER)
        assert edit_plan.tables[251:].min() > WHITE
        result = enhanced(encoded(white, "JPEG", quality=quality))
        assert int(str(result.enhancement["brightness_after_percent"])) >= int(
            str(result.enhancement["brightness_before_percent"])
        )


BRIGHTER = Correction(exposure_stops=2.4, power=0.8, saturation=1.1)


class TestLowKey:
    @pytest.mark.parametrize("accent", [1.0, 0.6])
    def test_low_key_is_brightened_by_less_than_half_a_stop(self, accent: float) -> None:
        """Also where the accents are not white: light on dark skin."""
        levels = lit_in_the_dark(accent)
        kept = low_key_stays(BRIGHTER, scene_of(levels))
        assert (kept.exposure_stops, kept.power, kept.saturation) == pytest.approx((LOW_KEY_STOPS, 1, 1))
        before, after = (np.median(to_linear(each)) for each in (levels, edited(scene_of(levels), kept).thumbnail))
        assert 0 < np.log2(after / before) < 0.5

    @pytest.mark.parametrize("stops", [-0.4, 0.1])
    def test_a_smaller_change_stays(self, stops: float) -> None:
        predicted = Correction(exposure_stops=stops)
        assert low_key_stays(predicted, scene_of(lit_in_the_dark())) == predicted

    @pytest.mark.parametrize("predicted", [{"power": 0.8}, {"black": 0.1, "contrast": 0.3}])
    def test_neither_midtones_nor_contrast_change_it(self, predicted: dict[str, float]) -> None:
        assert low_key_stays(Correction(**predicted), scene_of(lit_in_the_dark())) == Correction()

    @pytest.mark.parametrize(
        "levels",
        [
            to_coded(to_linear(landscape()) / 4),
            to_coded(to_linear(lit_in_the_dark()) / 8),
            lit_in_the_dark(accent=0.15),
            np.clip(lit_in_the_dark() + 0.12, 0, 1),
            on_white(0.2 * landscape()),
        ],
        ids=["underexposed", "underexposed, with lamps", "without accents", "without black", "against the light"],
    )
    def test_other_dark_photos_are_brightened(self, levels: Levels) -> None:
        assert low_key_stays(BRIGHTER, scene_of(levels)) == BRIGHTER


def under_light(levels: Levels, gains: tuple[float, float, float]) -> Levels:
    return to_coded(np.clip(to_linear(levels) * np.array(gains), 0, 1))


LAMPS = {"tungsten": (1.25, 1, 0.55), "shade": (0.75, 1, 1.35), "cool": (0.85, 1, 1.2), "green": (0.9, 1.12, 0.85)}


class TestIntendedLight:
    @staticmethod
    def kept(levels: Levels, red: float, blue: float) -> float:
        """Return which part of a predicted cast is taken out."""
        predicted = Correction(red_stops=red, blue_stops=blue, contrast=0.2)
        held = intended_light_stays(predicted, scene_of(levels))
        assert held.contrast == 0.2
        return held.cast_stops / predicted.cast_stops

    @pytest.mark.parametrize("lamp", LAMPS)
    def test_a_wrong_white_balance_is_taken_out(self, lamp: str) -> None:
        red, green, blue = np.log2(LAMPS[lamp])
        reaching_white = np.clip(1.3 * surfaces(), 0, 1)
        assert self.kept(under_light(reaching_white, LAMPS[lamp]), green - red, green - blue) == pytest.approx(1)

    @pytest.mark.parametrize("accent", [(1.0, 1.0, 1.0), (1.0, 0.9, 0.7)], ids=["stars", "warm lamps"])
    def test_the_blue_of_dusk_and_night_stays(self, accent: tuple[float, float, float]) -> None:
        dusk = under_light(0.6 * surfaces(), (0.6, 0.8, 1.3))
        dusk[::20, ::20] = np.array(accent)
        assert self.kept(dusk, 0.3, -0.3) == 0

    def test_golden_haze_with_white_in_it_stays(self) -> None:
        haze = under_light(0.4 + 0.5 * surfaces(), (1.1, 0.95, 0.6))
        haze[::20, ::20] = 1
        assert self.kept(haze, -0.3, 0.3) == 0

    def test_clipped_lamps_do_not_save_a_strong_cast(self) -> None:
        room = under_light(0.6 * surfaces(), (1.3, 0.9, 0.4))
        room[::20, ::20] = 1
        assert self.kept(room, -0.8, 0.8) == pytest.approx(1)

    def test_a_subject_that_is_all_of_one_colour_keeps_it(self) -> None:
        """A pool, a stage under one gel: no surface is near neutral, before or after."""
        pool = under_light(0.5 + 0.5 * surfaces(), (0.02, 0.6, 0.8))
        assert self.kept(pool, 0.5, -0.5) == 0

    def test_grey_needs_no_light(self) -> None:
        scene = survey(levels_of(landscape().mean(axis=-1)))
        assert intended_light_stays(Correction(red_stops=0.4), scene).cast_stops in (0, 0.4)


class TestEvening:
    LIGHTS = ((1.4, 0.75, 0.8), (1.35, 0.7, 1.1), (1.3, 0.8, 0.5))

    @staticmethod
    def dim(light: tuple[float, float, float]) -> Scene:
        return scene_of(under_light(0.68 * surfaces(), light))

    @pytest.mark.parametrize("light", LIGHTS, ids=["alpenglow", "dusk", "sunset"])
    def test_light_with_a_colour_is_not_brightened_to_white(self, light: tuple[float, float, float]) -> None:
        scene = self.dim(light)
        kept = evening_stays(BRIGHTER, scene)
        most = min(EVENING_STOPS, scene.extremes.stops_to_white - BELOW_WHITE_STOPS)
        assert (kept.exposure_stops, kept.power) == pytest.approx((most, 1))

    def test_it_is_not_darkened_instead(self) -> None:
        meant_for_a_brighter_photo = replace(BRIGHTER, black=0.05, contrast=0.3)
        kept = evening_stays(meant_for_a_brighter_photo, self.dim(self.LIGHTS[0]))
        assert (kept.black, kept.contrast) == pytest.approx((0, 0))

    @pytest.mark.parametrize("light", LIGHTS, ids=["alpenglow", "dusk", "sunset"])
    def test_it_is_not_brightened_a_second_time(self, light: tuple[float, float, float]) -> None:
        scene = self.dim(light)
        brightened = to_coded(to_linear(0.68 * surfaces()) * 2 ** (scene.extremes.stops_to_white - BELOW_WHITE_STOPS))
        assert evening_stays(BRIGHTER, scene_of(under_light(brightened, light))).exposure_stops < 0.1

    def test_it_is_where_the_colour_is_a_cast_that_is_taken_out(self) -> None:
        scene = self.dim((1.3, 0.8, 0.5))
        red, blue = scene.extremes.cast
        predicted = replace(BRIGHTER, red_stops=red, blue_stops=blue)
        assert evening_stays(predicted, scene) == predicted

    @pytest.mark.parametrize("levels", [0.6 * surfaces(), to_coded(to_linear(0.6 * surfaces()) / 4)])
    def test_neutral_light_is(self, levels: Levels) -> None:
        assert evening_stays(BRIGHTER, scene_of(levels)) == BRIGHTER

    def test_a_night_that_holds_no_light_is(self) -> None:
        """Far below white, the colour of the brightest says nothing: it may be noise."""
        scene = scene_of(under_light(0.25 * surfaces(), (1.2, 0.85, 0.9)))
        assert evening_stays(BRIGHTER, scene) == BRIGHTER

    def test_a_garden_with_a_bright_flower_is(self) -> None:
        garden = under_light(0.4 * surfaces(), (0.8, 1.2, 0.8))
        garden[:20, :60] = (0.7, 0.3, 0.5)
        assert evening_stays(BRIGHTER, scene_of(garden)) == BRIGHTER

    def test_a_bright_photo_with_a_colour_in_its_highlights_is(self) -> None:
        scene = scene_of(under_light(surfaces(), self.LIGHTS[2]))
        assert evening_stays(BRIGHTER, scene) == BRIGHTER


class TestWhateverIsPredicted:
    @staticmethod
    def decided(levels: Levels, predicted: Correction, monkeypatch: pytest.MonkeyPatch) -> EditPlan:
        monkeypatch.setattr("functions.enhance.edit.steps.predict_correction", lambda *_: predicted)
        return decide(scene_of(levels), 256)

    def test_low_key_stays(self, monkeypatch: pytest.MonkeyPatch) -> None:
        decided = self.decided(lit_in_the_dark(), BRIGHTER, monkeypatch)
        assert decided.correction.exposure_stops == pytest.approx(LOW_KEY_STOPS)

    def test_white_stays_white(self, monkeypatch: pytest.MonkeyPatch) -> None:
        strong_cast = Correction(red_stops=-0.9, blue_stops=0.9)
        decided = self.decided(on_white(0.8 * landscape(), 0.1), strong_cast, monkeypatch)
        assert decided.correction.cast_stops > 1
        assert decided.tables[WHITE + 1 :].min() > WHITE
