"""The page: a server on this machine, for people who look at photos."""
