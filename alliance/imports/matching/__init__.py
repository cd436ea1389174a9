"""Which row means which record: pure comparison, without the database."""
