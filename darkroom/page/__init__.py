"""The page for people: its static files, and the server that `darkroom page` and `darkroom local` run."""
