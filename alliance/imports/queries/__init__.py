"""What an import reads: the directory in the form in which rows are compared with it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Text, any_, exists, literal, or_, select
from sqlalchemy.orm import Session

from alliance.core.errors import NotFound
from alliance.directory.models import (
    Affiliation,
    Contact,
    ContactAddress,
    ContactPhone,
    Organisation,
    OrganisationDomain,
    OrganisationIdentifier,
    OrganisationName,
)
from alliance.directory.rules.records import AffiliationRecord
from alliance.imports.deciding.contacts import KnownPeople
from alliance.imports.deciding.organisations import KnownOrganisations, last_digits, own_domain
from alliance.imports.fields import Subject
from alliance.imports.matching.names import folded, romanised
from alliance.imports.matching.organisations import OrganisationFacts, OrganisationIndex
from alliance.imports.matching.people import PersonFacts
from alliance.imports.models import Import, ImportChange, ImportRow
from alliance.imports.verdicts import ImportState


def known_organisations(session: Session, references: dict[str, int]) -> KnownOrganisations:
    """All organisations of the directory for comparison, in four statements."""
    domains = _grouped(session, OrganisationDomain.organisation_id, OrganisationDomain.domain)
    names = _grouped(session, OrganisationName.organisation_id, OrganisationName.text)
    identifiers: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for owner, scheme, value in session.execute(
        select(
            OrganisationIdentifier.organisation_id,
            OrganisationIdentifier.scheme,
            OrganisationIdentifier.value,
        )
    ):
        identifiers[owner].add((scheme, value))
    facts: dict[int, OrganisationFacts] = {}
    slugs: dict[str, int] = {}
    one = Organisation
    columns = (
        one.id, one.slug, one.name, one.country, one.city, one.postcode, one.street, one.phone,
        one.email, one.category,
    )  # fmt: skip
    for row in session.execute(select(*columns).order_by(one.id)):
        email = row.email or ""
        slugs[row.slug] = row.id
        facts[row.id] = OrganisationFacts(
            key=row.id,
            name=row.name,
            country=row.country or "",
            city=romanised(row.city or ""),
            postcode=folded(row.postcode or ""),
            street=romanised(row.street or ""),
            phone=last_digits(row.phone or ""),
            email=email,
            category=row.category,
            domains=frozenset((*domains.get(row.id, ()), *own_domain(email))),
            other_names=tuple(names.get(row.id, ())),
            identifiers=frozenset(identifiers.get(row.id, ())),
        )
    return KnownOrganisations(OrganisationIndex(facts.values()), facts, slugs, references)


def _grouped(session: Session, key: Any, value: Any) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for row in session.execute(select(key, value).order_by(key, value)):
        found[row[0]].append(row[1])
    return found


def known_people(
    session: Session,
    organisation_ids: Collection[int],
    emails: Collection[str],
    contact_ids: Collection[int],
) -> KnownPeople:
    """The contacts at these organisations, with these addresses, or with these numbers."""
    affiliations = session.execute(
        select(Affiliation.organisation_id, Affiliation.contact_id)
        .where(Affiliation.organisation_id == any_(_ids(organisation_ids)))
        .order_by(Affiliation.contact_id)
    ).all()
    owners = session.execute(
        select(ContactAddress.email, ContactAddress.contact_id)
        .where(ContactAddress.email == any_(literal(sorted(emails), ARRAY(Text))))
        .order_by(ContactAddress.contact_id)
    ).all()
    people = _people(
        session, {row[1] for row in affiliations} | {row[1] for row in owners} | set(contact_ids)
    )
    by_organisation: dict[int, list[PersonFacts]] = defaultdict(list)
    for organisation_id, contact_id in dict.fromkeys(map(tuple, affiliations)):
        by_organisation[organisation_id].append(people[contact_id])
    by_email: dict[str, list[PersonFacts]] = defaultdict(list)
    for email, contact_id in owners:
        by_email[email].append(people[contact_id])
    by_id = {id: people[id] for id in contact_ids if id in people}
    return KnownPeople(by_organisation, by_email, by_id)


def _people(session: Session, ids: Collection[int]) -> dict[int, PersonFacts]:
    wanted = _ids(ids)
    emails: dict[int, list[str]] = defaultdict(list)
    for row in session.execute(
        select(ContactAddress.contact_id, ContactAddress.email).where(
            ContactAddress.contact_id == any_(wanted)
        )
    ):
        emails[row[0]].append(row[1])
    phones: dict[int, list[str]] = defaultdict(list)
    for row in session.execute(
        select(ContactPhone.contact_id, ContactPhone.number).where(
            ContactPhone.contact_id == any_(wanted)
        )
    ):
        phones[row[0]].append(last_digits(row[1]))
    return {
        row.id: PersonFacts.of(row.id, (row.name, row.latin_name), emails[row.id], phones[row.id])
        for row in session.execute(
            select(Contact.id, Contact.name, Contact.latin_name).where(Contact.id == any_(wanted))
        )
    }


def affiliations_of_contacts(
    session: Session, contact_ids: Collection[int]
) -> list[AffiliationRecord]:
    """The affiliations of these contacts, oldest first."""
    return [
        AffiliationRecord(**row)
        for row in session.execute(
            select(Affiliation.__table__)
            .where(Affiliation.contact_id == any_(_ids(contact_ids)))
            .order_by(Affiliation.id)
        ).mappings()
    ]


def remembered_mapping(session: Session, key: str) -> dict[str, Any] | None:
    """The mapping with which a file of these headings was last imported, if that import stands."""
    is_main = Import.mapping_key == key
    found = session.execute(
        select(Import.mapping_key, Import.mapping, Import.contacts_mapping)
        .where(
            or_(is_main, Import.contacts_mapping_key == key), Import.state == ImportState.APPLIED
        )
        .order_by(Import.id.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    mapping: dict[str, Any] | None = (
        found.mapping if found.mapping_key == key else found.contacts_mapping
    )
    return mapping


def remembered_references(session: Session, key: str) -> dict[str, int]:
    """Which organisation a reference meant in earlier imports of files with these headings."""
    rows = session.execute(
        select(ImportRow.reference, ImportRow.subject_id)
        .join(Import, Import.id == ImportRow.import_id)
        .where(
            Import.mapping_key == key,
            Import.state == ImportState.APPLIED,
            ImportRow.subject == Subject.ORGANISATION,
            ImportRow.reference.is_not(None),
            ImportRow.subject_id.is_not(None),
        )
        .order_by(ImportRow.import_id)
    )
    return {row.reference: row.subject_id for row in rows}


def get_import(session: Session, import_id: int, *, for_update: bool = False) -> Import:
    """The import with this number. Raises NotFound."""
    found = session.get(Import, import_id, with_for_update=for_update)
    if found is None:
        raise NotFound(f"There is no import {import_id}.")
    return found


def changes_of(session: Session, import_id: int, kind: str) -> Sequence[Any]:
    """What the import did to records of one kind: rows of subject_id, before, after, by number."""
    return session.execute(
        select(ImportChange.subject_id, ImportChange.before, ImportChange.after)
        .where(ImportChange.import_id == import_id, ImportChange.subject_kind == kind)
        .order_by(ImportChange.subject_id)
    ).all()


def later_affiliations(
    session: Session, import_id: int, *, contact_ids: Collection[int], ids: Collection[int]
) -> list[tuple[int, int]]:
    """Affiliations that the import did not make and that need its contacts or organisations.

    Pairs of (contact, organisation).
    """
    made = exists().where(
        ImportChange.import_id == import_id,
        ImportChange.subject_kind == "affiliation",
        ImportChange.subject_id == Affiliation.id,
    )
    rows = session.execute(
        select(Affiliation.contact_id, Affiliation.organisation_id)
        .where(
            or_(
                Affiliation.contact_id == any_(_ids(contact_ids)),
                Affiliation.organisation_id == any_(_ids(ids)),
            ),
            ~made,
        )
        .order_by(Affiliation.id)
    )
    return [(row[0], row[1]) for row in rows]


def dependants_of(session: Session, ids: Collection[int]) -> list[tuple[int, int]]:
    """Organisations that name one of these as parent or successor, as (dependant, needed)."""
    wanted = _ids(ids)
    rows = session.execute(
        select(Organisation.id, Organisation.parent_id, Organisation.merged_into_id)
        .where(
            or_(Organisation.parent_id == any_(wanted), Organisation.merged_into_id == any_(wanted))
        )
        .order_by(Organisation.id)
    )
    return [(row[0], needed) for row in rows for needed in row[1:] if needed is not None]


def _ids(ids: Iterable[int]) -> Any:
    return literal(sorted(ids), ARRAY(BigInteger))
