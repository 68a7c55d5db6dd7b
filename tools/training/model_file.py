"""Writes the fitted model; `functions/enhance/analysis/ensemble.py` reads it."""

import base64
import json
from collections.abc import Iterable
from typing import Any

from numpy.typing import NDArray

from functions.enhance.analysis.ensemble import Model
from functions.enhance.analysis.gates import QUESTIONS, SPECIALTIES
from functions.enhance.analysis.networks import Networks


def as_json(model: Model) -> str:
    """Return the model as correction.json holds it."""
    document = {
        "filters": _array(model.light.filters),
        "prior": _array(model.light.prior),
        "gain": model.light.gain,
        "specialists": _by_name(SPECIALTIES, model.specialists),
        "gates": _by_name(QUESTIONS, model.gates),
    }
    return json.dumps(document) + "\n"


def _by_name(names: Iterable[str], ensembles: Iterable[Networks]) -> dict[str, Any]:
    return {name: _networks(networks) for name, networks in zip(names, ensembles, strict=True)}


def _networks(networks: Networks) -> dict[str, Any]:
    return {
        "means": _array(networks.means),
        "deviations": _array(networks.deviations),
        "ensemble": [{name: _array(values) for name, values in vars(member).items()} for member in networks.members],
    }


def _array(values: NDArray[Any]) -> dict[str, Any]:
    """Return an array as `networks.array_of` reads it."""
    return {"shape": values.shape, "float16": base64.b64encode(values.astype("<f2").tobytes()).decode()}
