"""Similarity of two pictures: PSNR, SSIM and CIEDE2000. Needs the dependency group `bench`."""

import math

import numpy as np
from PIL import Image
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.metrics import structural_similarity

from tools.benchmark.scores import Figures

# PSNR is infinite between equal pictures, which would make every mean infinite.
PSNR_OF_EQUAL_DB = 60.0
# Colour differences of larger pictures are measured at half size: a sixth of the time for the same mean.
FULL_SIZE_PIXELS = 400_000


def figures(image: Image.Image, target: Image.Image) -> Figures:
    """Compare two pictures in 8-bit RGB; a picture of another size is scaled to the target's.

    SSIM after Wang et al. 2004 (7 x 7 windows, mean of the channels), colour difference after Sharma et al. 2005.
    """
    if image.size != target.size:
        image = image.resize(target.size, Image.Resampling.LANCZOS)
    image, target = image.convert("RGB"), target.convert("RGB")
    a, b = np.asarray(image), np.asarray(target)
    mean_square = float(((a.astype(np.float64) - b) ** 2).mean())
    psnr_db = 10 * math.log10(255**2 / mean_square) if mean_square else PSNR_OF_EQUAL_DB
    ssim = float(structural_similarity(a, b, channel_axis=2, data_range=255))
    return Figures(psnr_db, ssim, colour_difference(image, target))


def colour_difference(image: Image.Image, target: Image.Image) -> float:
    """Return the mean CIEDE2000 of two RGB pictures of one size."""
    if image.width * image.height > FULL_SIZE_PIXELS:
        image, target = image.reduce(2), target.reduce(2)
    return float(deltaE_ciede2000(rgb2lab(np.asarray(image)), rgb2lab(np.asarray(target))).mean())


def clipped_percent(image: Image.Image) -> float:
    """Return the share of samples at 0 or 255 in percent."""
    samples = np.asarray(image.convert("RGB"))
    return float(((samples == 0) | (samples == 255)).mean() * 100)
