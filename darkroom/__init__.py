"""What runs on a person's machine: the darkroom command, the zip builder, the embedded AWS."""
