"""Sends a canary photo through a deployment that runs, and takes away all that this made."""
