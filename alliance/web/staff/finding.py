"""What a search finds, as the palette and the search page show it: records, pages, actions."""

from collections.abc import Sequence

from alliance.accounts.permissions import Permission
from alliance.accounts.queries.recent import recent_records
from alliance.core.db import db
from alliance.core.text import search_words
from alliance.directory.queries.desk.everywhere import (
    Found,
    FoundOrganisation,
    FoundPerson,
    search_everywhere,
)
from alliance.directory.rules.desk_words import NAME
from alliance.directory.rules.reference import label_of
from alliance.directory.rules.searching import SearchQuery
from alliance.web.guards import may, present_permissions, signed_in
from alliance.web.languages import gettext, language
from alliance.web.public.context import directory_state, labels, today
from alliance.web.public.rows import initial
from alliance.web.staff.frame import creations, navigation
from alliance.web.staff.organisation_rows import match_text

# (label, address, note, icon, shape, initial, language) of components/palette.html.
Option = tuple[str, str, str, str, str, str, str]
Group = tuple[str, list[Option]]


def find(q: str, limit: int) -> Found:
    """Search everywhere for the present visitor. Raises BadInput (field "q")."""
    return search_everywhere(
        db.session(),
        q,
        today=today(),
        with_addresses=may(Permission.SEE_CONTACT_DETAILS),
        limit=limit,
    )


def recent() -> list[Option]:
    """What the present visitor opened lately."""
    records = recent_records(
        db.session(),
        signed_in().account_id,
        with_deleted=may(Permission.REMOVE_RECORDS),
    )
    known = labels(directory_state(), language())
    options: list[Option] = []
    for one in records:
        if one.kind == "organisation":
            _, _, shape = known.categories.get(one.category or "", ("", "", "diamond"))
            note = known.countries.get(one.country or "", "")
            options.append(
                (one.name, f"/staff/organisations/{one.id}", note, "", shape, initial(one.name),
                 one.language or "")
            )  # fmt: skip
        else:
            options.append(
                (one.name, f"/staff/contacts/{one.id}", gettext("Contact"), "user-round", "", "",
                 "")
            )  # fmt: skip
    return options


def organisation_option(one: FoundOrganisation, found: Found) -> Option:
    """An organisation that was found, with why where its name does not say so."""
    known = labels(directory_state(), language())
    _, _, shape = known.categories.get(one.category, ("", "", "diamond"))
    note = ""
    if one.row is not None:
        note = known.countries.get(one.row.country or "", "")
        if found.facets is not None and not (
            found.facets.snapshot.bits_of((one.id,)) & found.named
        ):
            note = match_text(one.row, found.query) or note
        if one.row.archived_on is not None:
            note = gettext("archived")
    return (
        one.name, f"/staff/organisations/{one.id}", note, "", shape, initial(one.name),
        one.language or "",
    )  # fmt: skip


def person_option(one: FoundPerson) -> Option:
    """A person who was found: where he works, or the address by which he was found."""
    roles = directory_state().reference.roles
    note = one.works_for or gettext("Contact")
    if one.works_for and one.role in roles:
        role = label_of(roles[one.role or ""].names, language())
        note = gettext("%(role)s, %(organisation)s", role=role, organisation=one.works_for)
    if one.kind != NAME and one.email:
        note = one.email
    if one.is_archived:
        note = gettext("archived")
    return one.name, f"/staff/contacts/{one.id}", note, "user-round", "", "", one.language or ""


def pages(query: SearchQuery | None) -> list[Option]:
    """The pages whose names say what was typed; all of them when nothing was."""
    entries = [entry for _, group in navigation() for entry in group]
    entries.append((gettext("Your account"), "/staff/account", "user-round", False, None))
    return [
        (label, url, "", sign, "", "", "")
        for label, url, sign, *_ in entries
        if query is None or _says(label, query)
    ]


def actions(query: SearchQuery | None) -> list[Option]:
    """What can be done whose words say what was typed; all when nothing was."""
    offered = [
        (gettext("Add: %(what)s", what=label), url, sign) for label, url, sign in creations()
    ]
    if Permission.ENTER_WORKSPACE in present_permissions():
        offered += [
            (
                gettext("Members who cannot be reached"),
                "/staff/organisations?status=member&contact=unreachable&contact=vacant",
                "triangle-alert",
            ),
            (gettext("Switch to the public pages"), "/", "globe"),
        ]
    return [
        (label, url, "", sign, "", "", "")
        for label, url, sign in offered
        if query is None or _says(label, query)
    ]


def _says(label: str, query: SearchQuery) -> bool:
    words: Sequence[str] = tuple(search_words(label))
    return all(
        any(all(any(word.startswith(part) for word in words) for part in way) for way in token.ways)
        for token in query.tokens
    )
