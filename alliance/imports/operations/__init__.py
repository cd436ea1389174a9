"""Changes that imports make: staging looks, applying writes, undoing takes back. None commits."""
