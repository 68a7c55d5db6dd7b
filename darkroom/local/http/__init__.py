"""The embedded AWS's HTTP server, and the faults that a test lets its calls meet."""
