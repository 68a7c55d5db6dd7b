"""The correction to an edit plan, and the edit plan to pixels."""
