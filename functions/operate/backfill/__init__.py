"""Backfill: photos that the pipeline has never seen, or that are to be made anew, planned and worked off."""
