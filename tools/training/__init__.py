"""Fits `functions/enhance/analysis/correction.json`, which predicts corrections: `make fit GOOD_PHOTOS=folder`."""
