"""Trains the bundled encoder. Not imported at run time."""
