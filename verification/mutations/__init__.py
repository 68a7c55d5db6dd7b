"""Mutations: the sources are changed in one place, and a suite must fail."""
