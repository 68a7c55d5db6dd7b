"""Writes the fitted model; `functions/enhance/analysis/ensemble.py` reads it."""

import json
from typing import Any

import numpy as np

from functions.enhance.analysis.ensemble import Model
from functions.enhance.analysis.networks import Networks

SIGNIFICANT_DIGITS = 5


def as_json(model: Model) -> str:
    """Return the model as correction.json holds it."""
    document = {
        "filters": _rounded(model.light.filters),
        "prior": _rounded(model.light.prior),
        "gain": model.light.gain,
        "first": _networks(model.first),
        "second": _networks(model.second),
    }
    return json.dumps(document) + "\n"


def _networks(networks: Networks) -> dict[str, Any]:
    return {
        "means": _rounded(networks.means),
        "deviations": _rounded(networks.deviations),
        "ensemble": [{name: _rounded(values) for name, values in vars(member).items()} for member in networks.members],
    }


def _rounded(values: Any) -> Any:
    shown = np.vectorize(lambda value: float(f"{value:.{SIGNIFICANT_DIGITS}g}"))(np.asarray(values, np.float64))
    return shown.tolist()
