"""Fits what the enhancement judges photos by (`functions/enhance/diagnosis.json`): `make fit GOOD_PHOTOS=folder`."""
