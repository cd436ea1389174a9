"""Decisions about accounts: what may be seen, which passwords will do, when a session ends."""
