"""Decisions of the directory: values in, value out; no session, no clock."""
