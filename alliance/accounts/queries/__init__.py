"""Reads of accounts: who is signed in, and what administrators look at."""

from alliance.accounts.queries.sessions import SignedIn

__all__ = ["SignedIn"]
