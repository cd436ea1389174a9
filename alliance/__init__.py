"""Alliance: member directory and alliance management."""
