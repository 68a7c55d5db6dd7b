"""Evaluates alarms as CloudWatch does, over what a deployment on the embedded AWS measured."""
