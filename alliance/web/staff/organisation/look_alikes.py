"""Organisations that may be there already: while one types, before one adds, and on the record."""

from collections.abc import Collection
from typing import NamedTuple

from flask import render_template, request, url_for

from alliance.accounts.permissions import Permission, allow
from alliance.core.db import db
from alliance.directory.queries.flags import flags_of
from alliance.directory.queries.records import get_record
from alliance.directory.rules.records import OrganisationRecord
from alliance.imports.queries.look_alikes import (
    OrganisationAlike,
    facts_of_record,
    facts_of_typed,
    organisations_alike,
)
from alliance.web.languages import gettext
from alliance.web.staff import staff
from alliance.web.staff.organisation.page import AT

_MOST_TYPED = 20


class Match(NamedTuple):
    """One that may be the same, as `duplicates_found` takes it."""

    name: str
    language: str | None
    url: str
    reasons: list[str]
    strength: str
    state: str


@staff.post("/organisations/look-alikes")
@allow(Permission.EDIT_ORGANISATIONS)
def look_alikes() -> str:
    """What may be there already of an organisation that is being typed: a part of a page."""
    domains = [
        request.form.get("website", ""),
        *request.form.getlist("domains-0-domain")[:_MOST_TYPED],
    ]
    facts = facts_of_typed(
        request.form.get("name", ""),
        request.form.get("country", ""),
        request.form.get("city", ""),
        domains,
    )
    matches = [_match(one) for one in organisations_alike(db.session(), facts)]
    return render_template("staff/organisation/look_alikes.html", matches=matches, is_asked=True)


@staff.get(f"{AT}/checks")
@allow(Permission.ENTER_WORKSPACE)
def organisation_checks(organisation_id: int) -> str:
    """Which domains and names could be taken for this organisation's, and likely duplicates."""
    session = db.session()
    record = get_record(session, organisation_id)
    return render_template(
        "staff/organisation/checks.html",
        record=record,
        flags=flags_of(session, record),
        matches=matches_of(record, but={organisation_id}),
    )


def matches_of(record: OrganisationRecord, *, but: Collection[int] = ()) -> list[Match]:
    """The organisations that are probably the same, the likeliest first."""
    found = organisations_alike(db.session(), facts_of_record(record), but=but)
    return [_match(one) for one in found]


def _match(one: OrganisationAlike) -> Match:
    return Match(
        name=one.name,
        language=one.language,
        url=url_for("staff.organisation", organisation_id=one.id),
        reasons=_reasons(one.reason),
        strength=gettext("Very likely") if one.is_very_likely else gettext("Likely"),
        state="late" if one.is_very_likely else "due",
    )


def _reasons(told: str) -> list[str]:
    """The reasons of a comparison in the reader's language."""
    words = {
        "same web domain": gettext("same web domain"),
        "same telephone": gettext("same telephone"),
        "same e-mail": gettext("same e-mail address"),
        "same street": gettext("same street"),
        "same postcode": gettext("same postcode"),
        "same city": gettext("same city"),
        "same country": gettext("same country"),
        "same name": gettext("same name"),
    }
    found = []
    for part in told.split(", "):
        if part in words:
            found.append(words[part])
        elif part.startswith("name "):
            found.append(gettext("name much alike"))
        else:
            found.append(gettext("same entry in a register"))
    return found
