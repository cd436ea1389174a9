"""Putting an organisation away, deleting it with time to think again, and bringing it back."""
