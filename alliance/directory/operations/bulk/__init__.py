"""Acts on many records: looked at before, done as one change set, and taken back as one."""

from alliance.directory.operations.bulk.applying import Applied, apply_bulk
from alliance.directory.operations.bulk.change_sets import (
    begin_change_set,
    cause_of_change_set,
    finish_change_set,
)
from alliance.directory.operations.bulk.looking import LeftOut, Preview, PreviewRow, preview
from alliance.directory.operations.bulk.undoing import Kept, Undone, undo_change_set

__all__ = [
    "Applied",
    "Kept",
    "LeftOut",
    "Preview",
    "PreviewRow",
    "Undone",
    "apply_bulk",
    "begin_change_set",
    "cause_of_change_set",
    "finish_change_set",
    "preview",
    "undo_change_set",
]
