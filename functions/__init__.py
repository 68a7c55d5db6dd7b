"""The Lambda functions, one room each, and what they share."""
