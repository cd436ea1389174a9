"""The facts of an organisation as its page shows them: value, who sees it, where it is changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from alliance.accounts.permissions import Permission
from alliance.accounts.rules.visible import hidden_fields
from alliance.core.errors import Refused
from alliance.directory.rules.documents import document
from alliance.directory.rules.listing import defaults_from, visibility_of
from alliance.directory.rules.organisations import check_visibility
from alliance.directory.rules.records import OrganisationRecord, Visibility
from alliance.web.guards import may, present_permissions
from alliance.web.public.context import directory_state
from alliance.web.public.organisation import web_link
from alliance.web.staff.labels import field_label
from alliance.web.staff.organisation.forms import INLINE
from alliance.web.staff.values import value_text

AUDIENCES: Mapping[Visibility, str] = {
    Visibility.PUBLIC: "public",
    Visibility.PORTAL: "portal",
    Visibility.SECRETARIAT: "staff",
}
SHOWN = (
    "category",
    "body_kind",
    "language",
    "names",
    "country",
    "city",
    "postcode",
    "street",
    "email",
    "phone",
    "website",
    "description",
    "countries",
    "sectors",
    "identifiers",
    "domains",
    "is_listed",
    "source",
    "notes",
)
# Told one under another, and not in one line.
_IN_LINES = frozenset({"names", "identifiers", "domains"})
_AS_TYPED = frozenset({"city", "postcode", "street", "email", "phone", "description"}) | {
    "source",
    "notes",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of an organisation as its page shows it.

    texts: the value in words, in one or more lines; () for none. link: where it leads, or "".
    edit_url: where it is changed in its place, or "". audience: public, portal or staff, "" where
    nobody but staff asks.
    """

    field: str
    label: str
    texts: tuple[str, ...]
    link: str
    edit_url: str
    audience: str
    history_url: str


def facts_of(record: OrganisationRecord) -> list[Fact]:
    """All fields that the visitor may see, in the order of the page."""
    hidden = hidden_fields("organisation", present_permissions())
    can_change = may(Permission.EDIT_ORGANISATIONS) and record.delete_on is None
    # What is the same for all fields is worked out once: a page shows many.
    values, usual = document(record), usual_levels()
    own = url_for("staff.organisation", organisation_id=record.id)
    return [
        Fact(
            field=field,
            label=field_label("organisation", field),
            texts=shown_texts(field, values.get(field)),
            link=_link(field, values.get(field)),
            edit_url=f"{own}/edit/{field}" if can_change and field in INLINE else "",
            audience="" if field == "is_listed" else AUDIENCES[visibility_of(record, field, usual)],
            history_url=f"{own}/fields/{field}/history",
        )
        for field in SHOWN
        if field not in hidden
    ]


def level_of(record: OrganisationRecord, field: str) -> Visibility:
    """Who may see a field, as this alliance has it."""
    return visibility_of(record, field, usual_levels())


def usual_levels() -> Mapping[str, Visibility]:
    """Who sees a field of an organisation that says nothing of it."""
    return defaults_from(directory_state().settings.visibility)


def shown_texts(field: str, value: Any) -> tuple[str, ...]:
    """A value of a document in words, in lines; () for none."""
    if field == "is_listed":
        return (value_text("organisation", field, bool(value)),)
    if value in (None, "", [], {}):
        return ()
    if field in _AS_TYPED:
        return (str(value),)
    if field == "website":
        return (web_link(value)[0],)
    if field in _IN_LINES:
        return tuple(value_text("organisation", field, [one]) for one in value)
    return (value_text("organisation", field, value),)


def _link(field: str, value: Any) -> str:
    if field == "website" and value:
        return web_link(value)[1]
    if field == "email" and value:
        return f"mailto:{value}"
    return ""


def choosable(field: str) -> tuple[Visibility, ...]:
    """Who may be chosen to see a field; () when there is no choice."""
    return tuple(level for level in Visibility if _fits(field, level))


def _fits(field: str, level: Visibility) -> bool:
    try:
        check_visibility(field, level)
    except Refused:
        return False
    return True
