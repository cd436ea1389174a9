"""Organisations, their contacts, and who works where."""
