"""Organisations that may be there already: while one types, before one adds, and on the record."""

from collections.abc import Collection
from typing import NamedTuple

from flask import render_template, request, url_for

from alliance.accounts.permissions import Permission, allow
from alliance.core.db import db
from alliance.core.errors import BadInput
from alliance.core.text import squeeze
from alliance.directory.queries.candidates import Candidate, candidates_for
from alliance.directory.queries.flags import flags_of
from alliance.directory.queries.records import get_record
from alliance.directory.rules.domains import check_domain
from alliance.directory.rules.organisations import LONGEST_NAME
from alliance.directory.rules.records import OrganisationRecord
from alliance.imports.deciding.organisations import last_digits, own_domain
from alliance.imports.matching.names import folded, romanised
from alliance.imports.matching.organisations import Likeness, OrganisationFacts, likeness_of
from alliance.web.languages import gettext
from alliance.web.staff import staff
from alliance.web.staff.organisation.page import AT

_MOST_TOLD = 5
_VERY_LIKELY = 0.9
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
    facts = OrganisationFacts(
        key=0,
        name=_tidy(request.form.get("name", "")),
        country=request.form.get("country", "")[:2],
        city=romanised(request.form.get("city", "")[:120]),
        domains=frozenset(_domains(domains)),
    )
    return render_template(
        "staff/organisation/look_alikes.html", matches=likely(facts), is_asked=True
    )


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
        matches=likely(facts_of_record(record), but={organisation_id}),
    )


def likely(facts: OrganisationFacts, *, but: Collection[int] = ()) -> list[Match]:
    """The organisations that are probably the same, the likeliest first, at most 5."""
    if not facts.name:
        return []
    names = (facts.name, *facts.other_names)
    near = candidates_for(db.session(), names, domains=facts.domains, identifiers=facts.identifiers)
    found: list[tuple[Likeness, Candidate]] = []
    for one in near:
        likeness = None if one.id in but else likeness_of(facts, facts_of_candidate(one))
        if likeness is not None:
            found.append((likeness, one))
    found.sort(key=lambda pair: (not pair[0].is_certain, -pair[0].score, pair[1].id))
    return [_match(*pair) for pair in found[:_MOST_TOLD]]


def facts_of_record(record: OrganisationRecord) -> OrganisationFacts:
    """A record, stored or about to be, in the form in which organisations are compared."""
    return OrganisationFacts(
        key=record.id or 0,
        name=_tidy(record.name),
        country=record.country or "",
        city=romanised(record.city or ""),
        postcode=folded(record.postcode or ""),
        street=romanised(record.street or ""),
        phone=last_digits(record.phone or ""),
        email=record.email or "",
        category=record.category,
        domains=frozenset(
            (*_domains([one.domain for one in record.domains]), *_own(record.email or ""))
        ),
        other_names=tuple(_tidy(one.text) for one in record.names),
        identifiers=frozenset((one.scheme, one.value) for one in record.identifiers),
    )


def facts_of_candidate(one: Candidate) -> OrganisationFacts:
    """A candidate in the form in which organisations are compared."""
    return OrganisationFacts(
        key=one.id,
        name=one.name,
        country=one.country,
        city=romanised(one.city),
        postcode=folded(one.postcode),
        street=romanised(one.street),
        phone=last_digits(one.phone),
        email=one.email,
        category=one.category,
        domains=frozenset((*one.domains, *_own(one.email))),
        other_names=one.other_names,
        identifiers=frozenset(one.identifiers),
    )


def _match(likeness: Likeness, one: Candidate) -> Match:
    is_sure = likeness.is_certain or likeness.score >= _VERY_LIKELY
    return Match(
        name=one.name,
        language=one.language,
        url=url_for("staff.organisation", organisation_id=one.id),
        reasons=_reasons(likeness.reason),
        strength=gettext("Very likely") if is_sure else gettext("Likely"),
        state="late" if is_sure else "due",
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


def _tidy(text: str) -> str:
    """The text as a name; "" when no name can hold it."""
    try:
        return squeeze(text[:LONGEST_NAME])
    except BadInput:
        return ""


def _domains(typed: Collection[str]) -> list[str]:
    """Those of the typed domains and web addresses that can stand for an organisation."""
    found = []
    for text in typed:
        try:
            if text.strip():
                found.append(check_domain(text))
        except BadInput:
            continue
    return found


def _own(email: str) -> tuple[str, ...]:
    try:
        return own_domain(email)
    except BadInput:
        return ()
