"""Organisations, contacts and affiliations for tests: each valid; a test names what matters."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from alliance.core.actor import Actor, ActorKind
from alliance.directory.operations.contacts import save_affiliations, save_contacts
from alliance.directory.operations.saving import save_organisations
from alliance.directory.queries.records import affiliations_of, contacts_of, get_record
from alliance.directory.rules.records import (
    Address,
    AffiliationRecord,
    ContactRecord,
    Membership,
    OrganisationRecord,
)

STAFF = Actor(ActorKind.PERSON, "Ada of the secretariat", id=7)
JOINED_ON = date(2020, 3, 1)
MEMBER = (Membership(JOINED_ON),)


def organisation(name: str = "Harbour Light", **values: Any) -> OrganisationRecord:
    """The document of a civil society organisation in Kenya that joined on 1 March 2020."""
    known = {"category": "civil_society", "country": "KE", "memberships": MEMBER}
    return OrganisationRecord(name=name, **{**known, **values})


def make_organisation(
    session: Session, name: str = "Harbour Light", **values: Any
) -> OrganisationRecord:
    """A stored member."""
    return make_organisations(session, [organisation(name, **values)])[0]


def make_organisations(
    session: Session, records: Sequence[OrganisationRecord]
) -> list[OrganisationRecord]:
    """These documents, stored in one call, as they are stored."""
    ids = save_organisations(session, records, actor=STAFF)
    return [get_record(session, id) for id in ids]


def change_organisation(session: Session, id: int, **values: Any) -> OrganisationRecord:
    """The organisation with these fields changed by the member of staff."""
    save_organisations(session, [replace(get_record(session, id), **values)], actor=STAFF)
    return get_record(session, id)


def make_contact(session: Session, name: str = "Wanjiru Maina", **values: Any) -> ContactRecord:
    """A stored contact with one address made from the name."""
    if "addresses" not in values:
        local = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalpha())
        values["addresses"] = (Address(f"{local or 'contact'}@harbour-light.example"),)
    (id,) = save_contacts(session, [ContactRecord(name=name, **values)], actor=STAFF)
    return contacts_of(session, [id])[id]


def make_affiliation(
    session: Session,
    *,
    organisation: OrganisationRecord | None = None,
    contact: ContactRecord | None = None,
    **values: Any,
) -> AffiliationRecord:
    """A stored affiliation as primary contact from 1 April 2020, its ends made when not given."""
    works_for = organisation or make_organisation(session)
    person = contact or make_contact(session)
    assert works_for.id is not None
    assert person.id is not None
    known = {"role": "primary_contact", "started_on": date(2020, 4, 1)}
    record = AffiliationRecord(
        contact_id=person.id, organisation_id=works_for.id, **{**known, **values}
    )
    (id,) = save_affiliations(session, [record], actor=STAFF)
    return affiliations_of(session, [id])[id]
