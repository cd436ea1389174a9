"""Changes of the directory; none commits."""
