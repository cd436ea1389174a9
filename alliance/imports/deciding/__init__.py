"""Which record a checked row means and what its document becomes: decided from values alone."""
