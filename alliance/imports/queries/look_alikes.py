"""Organisations and contacts of the directory that may be the one that somebody enters.

They are compared as the rows of an import are, so a form and a file say the same.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from alliance.core.errors import BadInput
from alliance.core.text import BadText, normalise_email, squeeze
from alliance.directory.queries.candidates import Candidate, candidates_for
from alliance.directory.queries.people import having_address, people_at
from alliance.directory.queries.people_finding import people_like
from alliance.directory.rules.domains import check_domain
from alliance.directory.rules.organisations import LONGEST_NAME
from alliance.directory.rules.records import OrganisationRecord
from alliance.imports.deciding.organisations import last_digits, own_domain
from alliance.imports.matching.names import folded, person_words, romanised
from alliance.imports.matching.organisations import Likeness, OrganisationFacts, likeness_of
from alliance.imports.matching.people import name_similarity

_MOST: Final = 5
_MOST_PEOPLE: Final = 8
_LONGEST_CITY: Final = 120
# From here on two names at one organisation are probably one person's.
_ALIKE: Final = 0.8
_VERY_LIKELY: Final = 0.9


@dataclass(frozen=True, slots=True)
class OrganisationAlike:
    """An organisation that may be meant. reason: as told of a row, parts parted by ", "."""

    id: int
    name: str
    language: str | None
    reason: str
    is_very_likely: bool


@dataclass(frozen=True, slots=True)
class ContactAlike:
    """A contact who may be meant, and why: an address that is the same, or a name much alike.

    works_for: the organisation of one whose name only begins as typed; None when there is none.
    """

    id: int
    name: str
    has_same_address: bool = False
    has_similar_name: bool = False
    works_for: str | None = None

    @property
    def is_likely(self) -> bool:
        """Whether more is alike than the beginning of a name."""
        return self.has_same_address or self.has_similar_name


def organisations_alike(
    session: Session, facts: OrganisationFacts, *, but: Collection[int] = ()
) -> list[OrganisationAlike]:
    """The organisations that are probably the same, the likeliest first, at most five.

    Without a name nothing is found.
    """
    if not facts.name:
        return []
    names = (facts.name, *facts.other_names)
    near = candidates_for(session, names, domains=facts.domains, identifiers=facts.identifiers)
    found: list[tuple[Likeness, Candidate]] = []
    for one in near:
        likeness = None if one.id in but else likeness_of(facts, _facts_of_candidate(one))
        if likeness is not None:
            found.append((likeness, one))
    found.sort(key=lambda pair: (not pair[0].is_certain, -pair[0].score, pair[1].id))
    return [
        OrganisationAlike(
            one.id,
            one.name,
            one.language,
            likeness.reason,
            likeness.is_certain or likeness.score >= _VERY_LIKELY,
        )
        for likeness, one in found[:_MOST]
    ]


def facts_of_typed(
    name: str, country: str, city: str, domains: Collection[str]
) -> OrganisationFacts:
    """What was typed so far, unchecked; domains may be web addresses."""
    return OrganisationFacts(
        key=0,
        name=_tidy(name),
        country=country[:2],
        city=romanised(city[:_LONGEST_CITY]),
        domains=frozenset(_domains(domains)),
    )


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


def contacts_alike(
    session: Session,
    *,
    name: str,
    email: str,
    organisation_id: int | None,
    today: date,
    with_beginnings: bool = False,
) -> list[ContactAlike]:
    """Contacts with the same address, or a similar name at the same organisation.

    with_beginnings: also those anywhere whose name begins as typed. At most eight, the likeliest
    first; empty texts find nobody.
    """
    found = {
        one.contact_id: ContactAlike(one.contact_id, one.name, has_same_address=True)
        for one in (having_address(session, _address(email)) if email.strip() else ())
    }
    words = person_words(name) if name.strip() else ()
    if words and organisation_id is not None:
        for person in people_at(session, organisation_id, today):
            spelt = [person_words(each) for each in (person.name, person.latin_name) if each]
            if max(name_similarity(words, each) for each in spelt) >= _ALIKE:
                known = found.get(person.contact_id, ContactAlike(person.contact_id, person.name))
                found[person.contact_id] = replace(known, has_similar_name=True)
    if with_beginnings and name.strip():
        for other in people_like(session, name, today=today):
            found.setdefault(
                other.id, ContactAlike(other.id, other.name, works_for=other.works_for)
            )
    likeliest = sorted(found.values(), key=lambda one: (not one.is_likely, one.name, one.id))
    return likeliest[:_MOST_PEOPLE]


def _facts_of_candidate(one: Candidate) -> OrganisationFacts:
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


def _address(typed: str) -> list[str]:
    try:
        return [normalise_email(typed)]
    except BadText:
        return []
