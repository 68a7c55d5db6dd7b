"""The rules of analysis/adjustment.py, and for each the values that `make bench-rules` tries."""

from tools.benchmark.cross_validation import SHIPPED, Values

NEVER = (1e9, 2e9)
ALWAYS = (-2.0, -1.0)

# The first values of each rule switch it off.
RULES: dict[str, tuple[Values, ...]] = {
    "the grey world strengthens a cast": (
        {"GREY_WORLD_SHARE": 0.0},
        {"GREY_WORLD_SHARE": 0.15},
        SHIPPED,
        {"GREY_WORLD_SHARE": 0.35},
        {"CERTAIN_CAST_STOPS": (0.06, 0.24)},
        {"FARTHEST_STOPS": 3.0},
    ),
    "a full range limits the correction": (
        {"CERTAIN_STOPS": ALWAYS},
        {"CERTAIN_STOPS": (0.4, 0.8)},
        SHIPPED,
        {"CERTAIN_STOPS": (1.0, 2.0)},
    ),
    "the stops to white are added to the exposure": (
        {"GAP_SHARE": 0.0},
        {"GAP_SHARE": 0.5},
        SHIPPED,
        {"GAP_SHARE": 1.0},
    ),
    "clipping at the top is overexposure": (
        {"CLIPPING_RATIO": NEVER},
        {"OVEREXPOSED_STOPS": 0.35},
        SHIPPED,
        {"OVEREXPOSED_STOPS": 0.65},
        {"BRIGHT": (0.35, 0.5)},
        {"CLIPPED_SHARE": (0.01, 0.03)},
    ),
}
WITHOUT_ANY: Values = {name: value for values in RULES.values() for name, value in values[0].items()}
