"""Permissions and roles: one table that a person can read.

What a role may do is decided here and nowhere else; routes name the permission they ask for.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "__permission__"
_CONFIRM = "__confirm__"


class Permission(StrEnum):
    """What one may be allowed to do."""

    SEE_PUBLIC = "see_public"
    OWN_ACCOUNT = "own_account"  # one's own password, factors and sessions
    ENTER_WORKSPACE = "enter_workspace"  # see organisations and the names of their contacts
    SEE_CONTACT_DETAILS = "see_contact_details"  # addresses and telephone numbers of people
    SEE_NOTES = "see_notes"  # what staff noted about organisations and people
    EDIT_ORGANISATIONS = "edit_organisations"
    EDIT_CONTACTS = "edit_contacts"  # people, and who works where
    WRITE_NOTES = "write_notes"
    BULK_EDIT = "bulk_edit"
    REMOVE_RECORDS = "remove_records"  # archive, restore, delete
    IMPORT = "import"
    EXPORT = "export"
    SEE_HISTORY = "see_history"  # of everything; the history of a record comes with the record
    EDIT_LISTS = "edit_lists"  # categories, sectors, wording of countries
    CHANGE_SETTINGS = "change_settings"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_TOKENS = "manage_tokens"


class Role(StrEnum):
    """What somebody is to the service."""

    ANYONE = "anyone"
    ADMINISTRATOR = "administrator"
    MEMBERSHIP_MANAGER = "membership_manager"
    ENGAGEMENT_OFFICER = "engagement_officer"
    EDITOR = "editor"
    AUDITOR = "auditor"


STAFF_ROLES = tuple(role for role in Role if role is not Role.ANYONE)

_P = Permission
_ANYONE = frozenset({_P.SEE_PUBLIC})
_STAFF = _ANYONE | {_P.OWN_ACCOUNT, _P.ENTER_WORKSPACE}

ROLES: Mapping[Role, frozenset[Permission]] = {
    Role.ANYONE: _ANYONE,
    # Runs the service: everything.
    Role.ADMINISTRATOR: frozenset(Permission),
    # Keeps the records of members whole and true, by one or by the thousand.
    Role.MEMBERSHIP_MANAGER: _STAFF
    | {
        _P.SEE_CONTACT_DETAILS,
        _P.SEE_NOTES,
        _P.EDIT_ORGANISATIONS,
        _P.EDIT_CONTACTS,
        _P.WRITE_NOTES,
        _P.BULK_EDIT,
        _P.REMOVE_RECORDS,
        _P.IMPORT,
        _P.EXPORT,
        _P.SEE_HISTORY,
        _P.EDIT_LISTS,
    },
    # Talks with members: keeps people and notes, takes nothing away and nothing out in bulk.
    Role.ENGAGEMENT_OFFICER: _STAFF
    | {
        _P.SEE_CONTACT_DETAILS,
        _P.SEE_NOTES,
        _P.EDIT_CONTACTS,
        _P.WRITE_NOTES,
    },
    # Words for the public: names, summaries, sectors, wording; sees no address and no note.
    Role.EDITOR: _STAFF | {_P.EDIT_ORGANISATIONS, _P.EDIT_LISTS},
    # Looks at everything but staff notes, and changes nothing.
    Role.AUDITOR: _STAFF | {_P.SEE_CONTACT_DETAILS, _P.SEE_HISTORY, _P.EXPORT},
}

# A role that must prove itself by a second factor before it may do anything.
NEEDS_SECOND_FACTOR = frozenset({Role.ADMINISTRATOR})


class Scope(StrEnum):
    """What a token of the API may be used for."""

    ORGANISATIONS_READ = "organisations:read"
    ORGANISATIONS_WRITE = "organisations:write"
    CONTACTS_READ = "contacts:read"
    CONTACTS_WRITE = "contacts:write"
    IMPORTS_WRITE = "imports:write"
    HISTORY_READ = "history:read"


# Staff notes are in no scope: they never leave by the API. Writing includes reading.
SCOPES: Mapping[Scope, frozenset[Permission]] = {
    Scope.ORGANISATIONS_READ: _ANYONE | {_P.ENTER_WORKSPACE},
    Scope.ORGANISATIONS_WRITE: _ANYONE
    | {_P.ENTER_WORKSPACE, _P.EDIT_ORGANISATIONS, _P.REMOVE_RECORDS, _P.EDIT_LISTS},
    Scope.CONTACTS_READ: _ANYONE | {_P.SEE_CONTACT_DETAILS},
    Scope.CONTACTS_WRITE: _ANYONE | {_P.SEE_CONTACT_DETAILS, _P.EDIT_CONTACTS},
    Scope.IMPORTS_WRITE: _ANYONE | {_P.IMPORT},
    Scope.HISTORY_READ: _ANYONE | {_P.SEE_HISTORY},
}

# Fields that not everybody on the staff may see, by subject: the permission each asks for.
HIDDEN_FIELDS: Mapping[str, Mapping[str, Permission]] = {
    "organisation": {"notes": _P.SEE_NOTES},
    "contact": {
        "notes": _P.SEE_NOTES,
        "addresses": _P.SEE_CONTACT_DETAILS,
        "phones": _P.SEE_CONTACT_DETAILS,
    },
    "affiliation": {},
    "note": {"text": _P.SEE_NOTES},
}


def allow(permission: Permission, *, confirm: bool = False) -> Callable[[View], View]:
    """Declare the permission that a view asks for; a route without one stops the start-up.

    confirm: the act is sensitive, so whoever does it must have proved who he is within the last
    15 minutes (step-up).
    """

    def mark(view: View) -> View:
        setattr(view, _MARK, permission)
        setattr(view, _CONFIRM, confirm)
        return view

    return mark


def permission_of(view: Callable[..., Any]) -> Permission | None:
    """The permission that a view declares, also on the class behind a class-based view."""
    permission = getattr(view, _MARK, None) or getattr(
        getattr(view, "view_class", None), _MARK, None
    )
    return permission if isinstance(permission, Permission) else None


def asks_to_confirm(view: Callable[..., Any]) -> bool:
    """Whether a view is for sensitive acts, which ask for a fresh proof of who acts."""
    return bool(getattr(view, _CONFIRM, False))
