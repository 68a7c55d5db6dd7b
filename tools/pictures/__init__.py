"""Makes the pictures of README.md and docs/ anew, from what the code does today."""
