"""The embedded AWS's Lambda: runs the built zips in processes of their own."""
