"""Histories: whatever happens to a key, in any order, ends as if its newest upload were the only one."""
