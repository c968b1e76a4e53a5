"""Trains the bundled encoder from an English teacher; nothing here is imported at run time."""
