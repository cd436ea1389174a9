"""The list of people as it is offered: its filters, columns and orders, and their words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from alliance.accounts.permissions import Permission
from alliance.core.text import sort_key
from alliance.directory.queries.people_list import ADDRESS_STATES, SORTS, ListedPerson
from alliance.directory.rules.people_desk import (
    ARCHIVED,
    CURRENT,
    DELETED,
    NONE,
    NOWHERE,
    SOMEWHERE,
)
from alliance.directory.rules.records import AddressState
from alliance.directory.rules.reference import label_of
from alliance.web.languages import gettext
from alliance.web.public.context import directory_state, labels
from alliance.web.staff.contact.forms import LANGUAGES, address_state
from alliance.web.staff.contact.view import role_label
from alliance.web.staff.frame import initials
from alliance.web.staff.table.spec import Column, Facet, ListSpec
from alliance.web.staff.values import language_name

_P = Permission
PATH: Final = "/staff/contacts"
_DETAILS = Permission.SEE_CONTACT_DETAILS
_PILLS: Mapping[str, str] = {"verified": "ok", "unverified": "", "bouncing": "late", NONE: "late"}
# (text, state of the pill or None for plain text, shape of the kind or "")
Cell = tuple[str, str | None, str]

SPEC: Final = ListSpec(
    area="contacts",
    path=PATH,
    facets=(
        Facet("role", lambda: gettext("Role"), shown=10),
        Facet("category", lambda: gettext("Works for")),
        Facet("country", lambda: gettext("Country of the organisation")),
        Facet("work", lambda: gettext("At present")),
        Facet("language", lambda: gettext("Language")),
        Facet("address", lambda: gettext("First e-mail address"), needs=_DETAILS),
        Facet("state", lambda: gettext("Record"), hidden={DELETED: _P.REMOVE_RECORDS}),
    ),
    columns=(
        Column("organisation", lambda: gettext("Organisation")),
        Column("role", lambda: gettext("Role")),
        Column("email", lambda: gettext("E-mail address"), needs=_DETAILS),
        Column("address", lambda: gettext("State of the address"), needs=_DETAILS),
        Column("language", lambda: gettext("Language")),
        Column("latin_name", lambda: gettext("Name in Latin letters")),
        Column("number", lambda: gettext("Number"), "added", is_number=True),
    ),
    first_columns=("organisation", "role", "email", "address", "language"),
    sorts=SORTS,
    latest_first=frozenset({"added"}),
)


def facet_values() -> dict[str, Sequence[str]]:
    """The values that each filter takes."""
    lists = directory_state().reference
    return {
        "role": list(lists.roles),
        "category": list(lists.categories),
        "country": list(lists.countries),
        "work": [SOMEWHERE, NOWHERE],
        "language": [*LANGUAGES, NONE],
        "address": list(ADDRESS_STATES),
        "state": [CURRENT, ARCHIVED, DELETED],
    }


def facet_words(code: str) -> dict[str, Mapping[str, str]]:
    """The words of each filter's values, in the order in which they stand."""
    known, lists = labels(directory_state(), code), directory_state().reference
    languages = {one: language_name(one) for one in LANGUAGES}
    return {
        "role": {key: label_of(term.names, code) for key, term in lists.roles.items()},
        "category": {key: plural for key, (_, plural, _) in known.categories.items()},
        "country": known.countries,
        "work": {
            SOMEWHERE: gettext("Works somewhere"),
            NOWHERE: gettext("Works nowhere"),
        },
        "language": {
            **dict(sorted(languages.items(), key=lambda item: sort_key(item[1]))),
            NONE: gettext("none given"),
        },
        "address": address_words(),
        "state": {
            CURRENT: gettext("In use"),
            ARCHIVED: gettext("Archived"),
            DELETED: gettext("Deleted"),
        },
    }


def address_words() -> dict[str, str]:
    """What is known of the address that is written to."""
    return {
        **{one.value: address_state(one) for one in AddressState},
        NONE: gettext("No address"),
    }


def contact_rows(people: Sequence[ListedPerson], columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Rows as components/list_table.html takes them, with `cells` in the order of the columns."""
    words = address_words()
    return [
        {
            "id": one.id,
            "name": one.name,
            "language": one.language or "",
            "url": f"{PATH}/{one.id}",
            "peek_url": f"{PATH}/{one.id}/peek",
            "shape": "",
            "initial": initials(one.latin_name or one.name),
            "logo": "",
            "other": _second_line(one),
            "archived": one.archived_on is not None or one.delete_on is not None,
            "cells": [(*_CELLS[column.key](one, words), False) for column in columns],
        }
        for one in people
    ]


def _second_line(one: ListedPerson) -> str:
    if one.delete_on is not None:
        return gettext("deleted")
    if one.archived_on is not None:
        return gettext("archived")
    return one.latin_name or ""


def _organisation(one: ListedPerson, _: Mapping[str, str]) -> Cell:
    names = list(dict.fromkeys(name for _, name, _, _ in one.works))
    if not names:
        return gettext("works nowhere"), "due", ""
    text = " · ".join(f"\u2068{name}\u2069" for name in names)
    more = one.places - len(one.works)
    return (f"{text} +{more}" if more > 0 else text), None, ""


def _roles(one: ListedPerson, _: Mapping[str, str]) -> Cell:
    return " · ".join(dict.fromkeys(role_label(role) for *_, role in one.works)), None, ""


def _address(one: ListedPerson, words: Mapping[str, str]) -> Cell:
    state = one.address_state or NONE
    return words[state], _PILLS[state], ""


_CELLS: Mapping[str, Any] = {
    "organisation": _organisation,
    "role": _roles,
    "email": lambda one, _: (one.email or "", None, ""),
    "address": _address,
    "language": lambda one, _: (language_name(one.language) if one.language else "", None, ""),
    "latin_name": lambda one, _: (one.latin_name or "", None, ""),
    "number": lambda one, _: (f"#{one.id}", None, ""),
}
