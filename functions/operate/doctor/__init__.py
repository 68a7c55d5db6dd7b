"""What is wrong with a deployment: facts that were read go in, findings with their remedies come out."""
