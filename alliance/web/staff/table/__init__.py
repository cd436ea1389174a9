"""What the lists of the workspace have in common: filters, columns, orders, views, addresses."""
