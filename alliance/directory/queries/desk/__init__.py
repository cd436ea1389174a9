"""Reading for the secretariat's workspace: lists, search, quick looks and figures."""
