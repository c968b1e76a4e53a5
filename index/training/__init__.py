"""Trains the models that the project ships. Not imported at run time."""
