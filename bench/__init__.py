"""The benchmark: the service's pages and API beside the barest views that could show the same."""
