"""Stateful property tests and regression scenarios: in any order, the newest upload of a key wins."""
