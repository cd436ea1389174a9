"""The record of an organisation in the workspace: shown, edited, put away."""

from alliance.web.staff.organisation import (
    edit,
    field_history,
    inline,
    look_alikes,
    membership,
    notes,
    record,
    states,
    visibility,
)

__all__ = [
    "edit",
    "field_history",
    "inline",
    "look_alikes",
    "membership",
    "notes",
    "record",
    "states",
    "visibility",
]
