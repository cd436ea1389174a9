"""The record of a contact in the workspace and their roles: shown, edited, put away."""

from alliance.web.staff.contact import (
    affiliation_edit,
    affiliation_people,
    affiliations,
    create,
    edit,
    look_alikes,
    record,
    states,
)

__all__ = [
    "affiliation_edit",
    "affiliation_people",
    "affiliations",
    "create",
    "edit",
    "look_alikes",
    "record",
    "states",
]
