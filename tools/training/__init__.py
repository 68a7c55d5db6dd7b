"""Fits `functions/enhance/analysis/diagnosis.json`, by which photos are judged: `make fit GOOD_PHOTOS=folder`."""
