"""What stands around every page of the workspace: where one may go, and who one is."""

from collections.abc import Iterator
from typing import Any

from flask import flash, get_flashed_messages, request
from flask_wtf.csrf import generate_csrf

from alliance.accounts.permissions import Permission
from alliance.core.settings import AllianceSettings
from alliance.web import guards
from alliance.web.languages import gettext
from alliance.web.roles import role_name

_P = Permission
_MARK_ON_NIGHT = "img/mark-night.svg"
_SHIPPED_MARK = AllianceSettings().mark
Entry = tuple[str, str, str, bool, int | None]


def staff_frame() -> dict[str, Any]:
    """The values of layouts/staff.html, all under "workspace".

    navigation: groups (title or "", entries), an entry being (label, address, icon, is_current,
    count or None); new: what may be created, as (label, address, icon); person: name, initials,
    e-mail address and role of whoever is signed in; mark_of(mark): the picture for a dark ground;
    said(): what has just been done, see `say`; token(): of the forms of the frame.
    """
    return {
        "workspace": {
            "navigation": navigation(),
            "new": creations(),
            "person": _person(),
            "mark_of": lambda mark: _MARK_ON_NIGHT if mark == _SHIPPED_MARK else mark,
            "said": _said,
            "token": generate_csrf,
        }
    }


def navigation() -> list[tuple[str, list[Entry]]]:
    """The groups of the side rail with what the present visitor may open."""
    daily = (
        (_P.ENTER_WORKSPACE, gettext("Home"), "/staff/", "house"),
        (_P.ENTER_WORKSPACE, gettext("Organisations"), "/staff/organisations", "building-2"),
        (_P.ENTER_WORKSPACE, gettext("Contacts"), "/staff/contacts", "users"),
        (_P.IMPORT, gettext("Import"), "/staff/imports", "file-up"),
        (_P.BULK_EDIT, gettext("Change sets"), "/staff/change-sets", "list-checks"),
        (_P.SEE_HISTORY, gettext("History"), "/staff/history", "history"),
    )
    settings = (
        (_P.EDIT_LISTS, gettext("Lists and wording"), "/staff/lists", "languages"),
        (_P.CHANGE_SETTINGS, gettext("Settings"), "/staff/settings", "settings"),
        (_P.MANAGE_ACCOUNTS, gettext("Accounts"), "/staff/accounts", "user-cog"),
        (_P.MANAGE_TOKENS, gettext("Tokens"), "/staff/tokens", "key-round"),
    )
    groups = [("", _entries(daily)), (gettext("Settings"), _entries(settings))]
    return [(title, entries) for title, entries in groups if entries]


def creations() -> list[tuple[str, str, str]]:
    """What the present visitor may create: (label, address, icon)."""
    offered = (
        (_P.EDIT_ORGANISATIONS, gettext("Organisation"), "/staff/organisations/new", "building-2"),
        (_P.EDIT_CONTACTS, gettext("Contact"), "/staff/contacts/new", "user-plus"),
        (_P.IMPORT, gettext("Import"), "/staff/imports/new", "file-up"),
    )
    held = guards.present_permissions()
    return [(label, url, icon) for permission, label, url, icon in offered if permission in held]


def initials(name: str) -> str:
    """The first letters of the first and the last word of a name: one or two, maybe none."""
    words = name.split()
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()


def say(text: str, *, undo: str = "", late: bool = False) -> None:
    """Tell on the next page what has been done; undo: the address that takes it back by POST.

    late: something went wrong, so it stays until it is closed.
    """
    flash({"text": text, "undo": undo, "late": late}, "done")  # type: ignore[arg-type]


def _said() -> list[dict[str, Any]]:
    """What there is to tell, each once: text, undo (address or ""), late."""
    return list(_told())


def _told() -> Iterator[dict[str, Any]]:
    for message in get_flashed_messages():
        if isinstance(message, dict):
            yield message
        else:
            yield {"text": message, "undo": "", "late": False}


def _entries(offered: tuple[tuple[Permission, str, str, str], ...]) -> list[Entry]:
    held = guards.present_permissions()
    return [
        (label, url, icon, _is_here(url), None)
        for permission, label, url, icon in offered
        if permission in held
    ]


def _is_here(url: str) -> bool:
    if url == "/staff/":
        return request.path.rstrip("/") == "/staff"
    return request.path == url or request.path.startswith(f"{url}/")


def _person() -> dict[str, str]:
    account = guards.current_account()
    if account is None:
        return {"name": "", "initials": "", "email": "", "role": ""}
    return {
        "name": account.name,
        "initials": initials(account.name),
        "email": account.email,
        "role": role_name(account.role),
    }
