"""Pages of the secretariat's workspace."""

from flask import Blueprint

staff = Blueprint("staff", __name__, url_prefix="/staff")

# Views hang themselves on the blueprint when they are imported, so they come after it. One line
# each, in the order of the alphabet.
from alliance.web.staff import (  # noqa: E402
    account,
    accounts,
    change_sets,
    contact,
    contacts,
    exports,
    frame,
    history,
    history_export,
    home,
    imports,
    lists,
    organisation,
    organisation_look,
    organisations,
    palette,
    settings,
    tokens,
    views,
)

staff.context_processor(frame.staff_frame)

__all__ = [
    "account",
    "accounts",
    "change_sets",
    "contact",
    "contacts",
    "exports",
    "frame",
    "history",
    "history_export",
    "home",
    "imports",
    "lists",
    "organisation",
    "organisation_look",
    "organisations",
    "palette",
    "settings",
    "staff",
    "tokens",
    "views",
]
