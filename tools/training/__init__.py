"""Fits `functions/enhance/analysis/correction.json`, which predicts corrections: `make fit FIT_PHOTOS= PAIRS=`."""
