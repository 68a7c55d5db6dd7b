"""What a photo lacks to edit steps, and edit steps to pixels."""
