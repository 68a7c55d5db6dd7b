"""The edit steps in JAX, so that the loss after them has a gradient.

A test compares them with the steps themselves.
"""

import jax.numpy as jnp
from jax import Array

from functions.enhance.analysis.colour import LUMA, LUMINANCE
from functions.enhance.analysis.correction import OUTPUTS
from functions.enhance.edit.steps import SHOULDER_POWER

# Rec. 709 primaries to XYZ, against the white of D65.
XYZ = jnp.array(
    [(0.4124564, 0.2126729, 0.0193339), (0.3575761, 0.7151522, 0.1191920), (0.1804375, 0.0721750, 0.9503041)]
)
WHITE = jnp.array([0.95047, 1, 1.08883])


def corrected(pixels: Array, outputs: Array) -> Array:
    """Return pixels of shape (photos, pixels, 3) after the steps; `outputs` has shape (photos, 8)."""
    bounded = jnp.tanh(outputs / 2)[:, :, None, None]
    red, blue, _, _, power, contrast, saturation, drop = (bounded[:, number] for number in range(OUTPUTS))
    black = 0.35 / (1 + jnp.exp(5 - 2 * outputs[:, 3]))[:, None, None]
    stops = jnp.clip(2 * outputs[:, 2], -1.5, 6.5)[:, None, None]
    toned = _exposed(_balanced(pixels, 1.4 * red, 1.4 * blue), stops, 0.25 + 0.2 * drop)
    toned = jnp.maximum((jnp.clip(toned, 0, 1) - black) / (1 - black), 1e-4) ** jnp.exp(0.8 * power)
    toned += 0.4 * contrast * (toned * toned * (3 - 2 * toned) - toned)
    grey = (toned @ LUMA)[..., None]
    return jnp.clip(grey + jnp.exp(0.5 * saturation) * (toned - grey), 0, 1)


def _balanced(pixels: Array, red: Array, blue: Array) -> Array:
    gains = 2.0 ** jnp.concatenate([red, jnp.zeros_like(red), blue], axis=-1)
    return to_coded(to_linear(pixels) * gains / (gains @ LUMINANCE)[..., None])


def _exposed(pixels: Array, stops: Array, drop: Array) -> Array:
    darker = jnp.minimum(stops, 0)
    white = to_coded(2.0**darker)
    shoulder = jnp.maximum(1 - drop * jnp.minimum(-darker, 1) - white, 0) * (darker < 0)
    return to_coded(to_linear(pixels) * 2.0**stops) + shoulder * jnp.minimum(pixels, 1) ** SHOULDER_POWER


def to_linear(coded: Array) -> Array:
    """Light from coded values (sRGB); as in functions/enhance/analysis/colour.py, but with a gradient everywhere."""
    return jnp.where(coded <= 0.04045, coded / 12.92, ((jnp.maximum(coded, 0.04) + 0.055) / 1.055) ** 2.4)


def to_coded(light: Array) -> Array:
    """Coded values from light; the inverse of `to_linear`."""
    light = jnp.maximum(light, 0)
    return jnp.where(light <= 0.0031308, light * 12.92, 1.055 * jnp.maximum(light, 0.003) ** (1 / 2.4) - 0.055)


def colour_difference(one: Array, other: Array) -> Array:
    """CIE94 of coded colours, with `other` as the reference: close to CIEDE2000, and smooth."""
    here, there = _lab(one), _lab(other)
    difference = here - there
    chroma, reference = (jnp.sqrt((lab[..., 1:] ** 2).sum(-1) + 1e-6) for lab in (here, there))
    hue_squared = jnp.maximum((difference[..., 1:] ** 2).sum(-1) - (chroma - reference) ** 2, 0)
    parts = (
        difference[..., 0] ** 2,
        ((chroma - reference) / (1 + 0.045 * reference)) ** 2,
        hue_squared / (1 + 0.015 * reference) ** 2,
    )
    return jnp.sqrt(sum(parts) + 1e-4)


def _lab(coded: Array) -> Array:
    share = to_linear(coded) @ XYZ / WHITE
    x, y, z = jnp.moveaxis(
        jnp.where(share > 0.008856, jnp.maximum(share, 0.008) ** (1 / 3), 7.787 * share + 16 / 116), -1, 0
    )
    return jnp.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)
