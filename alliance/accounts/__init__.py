"""Who may do what, and signing in."""
