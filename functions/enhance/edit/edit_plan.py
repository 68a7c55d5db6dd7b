"""The edit plan of a photo: each step adds its decision, and the renderer carries the plan out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from functions.enhance.analysis.correction import Correction
from functions.enhance.analysis.scene import Scene
from functions.enhance.arrays import Colours
from functions.enhance.edit.shadows import ShadowLift

# Into so many parts a curve is cut to find the steepest.
STRETCHES = 16

Note = str | int | float
Curve = Callable[[Colours], Colours]


@dataclass(frozen=True)
class EditPlan:
    """The decisions so far, and the thumbnail as it looks after them.

    `curves` has shape (levels, channels): the coded value, 0 to 1, that each level of each channel becomes.
    """

    scene: Scene
    thumbnail: Colours
    curves: Colours
    saturation: float = 1.0
    shadow_lift: ShadowLift | None = None
    # Standard deviation of the noise to remove, in coded values after the curves, 0 to 1.
    denoising: float = 0.0
    sharpening: float = 0.0
    correction: Correction = field(default_factory=Correction)
    notes: Mapping[str, Note] = field(default_factory=dict)

    @classmethod
    def of(cls, scene: Scene, levels: int) -> "EditPlan":
        """Return the plan that changes nothing; `levels` is 256, or 65,536 for 16-bit photos."""
        identity = np.linspace(0, 1, levels)[:, None].repeat(scene.thumbnail.shape[-1], axis=1)
        return cls(scene=scene, thumbnail=scene.thumbnail, curves=identity)

    @property
    def tables(self) -> NDArray[np.uint16]:
        """The curves as whole levels, shape (levels, channels)."""
        top = len(self.curves) - 1
        return np.rint(np.clip(self.curves, 0, 1) * top).astype(np.uint16)

    @property
    def keeps_levels(self) -> bool:
        """Whether the curves leave every level as it is."""
        return bool((self.tables == np.arange(len(self.curves))[:, None]).all())

    @property
    def stretch(self) -> float:
        """By how much tones or colours are drawn apart at most, at least 1: so do errors that the source holds."""
        places = np.linspace(0, len(self.curves) - 1, STRETCHES + 1).astype(int)
        steepest = float(np.diff(self.curves.clip(0, 1)[places], axis=0).max()) * STRETCHES
        lifted = 2**self.shadow_lift.stops if self.shadow_lift else 1.0
        return max(steepest, 1.0) * max(self.saturation, 1.0) * lifted

    @property
    def is_grey(self) -> bool:
        """Whether the photo has no colours."""
        return bool(self.thumbnail.shape[-1] == 1)

    @property
    def is_empty(self) -> bool:
        """Whether the photo stays as it is."""
        keeps_detail = self.denoising == self.sharpening == 0 and self.shadow_lift is None
        return self.keeps_levels and self.saturation == 1 and keeps_detail

    @property
    def pixels(self) -> Colours:
        """The opaque pixels of the thumbnail, shape (pixels, channels)."""
        return np.asarray(self.thumbnail[self.scene.opaque])

    def with_curve(self, curve: Curve, **notes: Note) -> "EditPlan":
        """Return this plan with one more curve applied, to the curves and to the thumbnail."""
        return replace(self, thumbnail=curve(self.thumbnail), curves=curve(self.curves)).with_notes(**notes)

    def at_strength(self, share: float) -> "EditPlan":
        """Return this plan with every decision scaled by a share: 0 changes nothing, 1 is the whole plan."""
        if share == 1:
            return self
        untouched = EditPlan.of(self.scene, len(self.curves))
        return replace(
            self,
            # Clipped first: half the strength is half of the visible change.
            thumbnail=untouched.thumbnail + share * (self.thumbnail.clip(0, 1) - untouched.thumbnail),
            curves=untouched.curves + share * (self.curves.clip(0, 1) - untouched.curves),
            saturation=1 + share * (self.saturation - 1),
            shadow_lift=self.shadow_lift.at_strength(share) if self.shadow_lift and share else None,
            denoising=share * self.denoising,
            sharpening=share * self.sharpening,
        )

    def with_notes(self, **notes: Note) -> "EditPlan":
        """Return this plan with more notes for the record."""
        return replace(self, notes={**self.notes, **notes})
