"""Answers questions about articles, each answer grounded in the quoted text."""
