"""The shapes on the wire, one module a resource. They describe; they decide and query nothing."""
