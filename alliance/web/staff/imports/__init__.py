"""Pages for importing: upload, columns, rows, run, report, undo."""

from alliance.web.staff.imports import columns, files, past, rows, running

__all__ = ["columns", "files", "past", "rows", "running"]
