"""Rows from outside: read, understood, compared with the directory, written at once, taken back at
once.
"""
