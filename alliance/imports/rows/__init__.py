"""Rows of text as checked values, or as errors that say what to do."""
