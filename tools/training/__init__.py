"""Fits `functions/enhance/analysis/correction.json`, by which photos are judged: `make fit GOOD_PHOTOS=folder`."""
