"""People as pages show them: who works for an organisation, and one person with all that is known.

Contacts that have been deleted are not there for anybody, so they are left out everywhere.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from alliance.core.errors import NotFound
from alliance.core.reads import Read
from alliance.directory.rules.affiliations import (
    Vacancy,
    has_working_address,
    is_active,
    vacancies,
)
from alliance.directory.rules.records import (
    Address,
    AddressState,
    AffiliationRecord,
    ContactRecord,
)
from alliance.directory.rules.reference import RoleTerm

_MOST_PEOPLE = 1_000
_ADDRESSES = """
    (SELECT json_agg(json_build_array(held.email, held.state) ORDER BY held.position, held.email)
        FROM contact_addresses AS held WHERE held.contact_id = contact.id)
"""
_AT = Read(f"""
    SELECT works.id, contact.id, contact.name, contact.latin_name, contact.language, works.role,
        works.job_title, works.started_on, works.ended_on, contact.archived_on, {_ADDRESSES}
    FROM affiliations AS works
    JOIN contacts AS contact ON contact.id = works.contact_id
    JOIN affiliation_roles AS role ON role.code = works.role
    WHERE works.organisation_id = :organisation_id AND contact.delete_on IS NULL
    ORDER BY works.ended_on IS NOT NULL AND works.ended_on <= :today, role.position,
        works.started_on NULLS FIRST, works.id
    LIMIT {_MOST_PEOPLE}
""")  # noqa: S608  constants
_PERSON = Read(f"""
    SELECT contact.id, contact.name, contact.latin_name, contact.sort_name, contact.language,
        contact.time_zone, contact.notes, contact.archived_on, contact.delete_on, {_ADDRESSES},
        (SELECT array_agg(held.number ORDER BY held.position, held.number)
            FROM contact_phones AS held WHERE held.contact_id = contact.id),
        (SELECT json_agg(json_build_array(works.id, works.organisation_id, employer.name,
                employer.language, employer.category, employer.country, works.role,
                works.job_title, works.started_on, works.ended_on)
            ORDER BY works.ended_on DESC NULLS FIRST, works.started_on DESC NULLS LAST, works.id)
            FROM affiliations AS works
            JOIN organisations AS employer ON employer.id = works.organisation_id
            WHERE works.contact_id = contact.id AND employer.delete_on IS NULL),
        (SELECT json_agg(shared.entry ORDER BY shared.name, shared.id) FROM (
            SELECT DISTINCT other.id, other.name,
                jsonb_build_array(other.id, other.name, theirs.email) AS entry
            FROM contact_addresses AS mine
            JOIN contact_addresses AS theirs ON theirs.email = mine.email
                AND theirs.contact_id <> mine.contact_id
            JOIN contacts AS other ON other.id = theirs.contact_id AND other.delete_on IS NULL
            WHERE mine.contact_id = contact.id
            LIMIT 20
        ) AS shared)
    FROM contacts AS contact WHERE contact.id = :contact_id
""")  # noqa: S608  constants
_CATEGORY = Read("SELECT category FROM organisations WHERE id = :organisation_id")
_UNDELETED = Read("""
    SELECT id FROM contacts WHERE id = ANY(CAST(:ids AS bigint[])) AND delete_on IS NULL
""")
_HAVING_ADDRESS = Read("""
    SELECT contact.id, contact.name, held.email FROM contact_addresses AS held
    JOIN contacts AS contact ON contact.id = held.contact_id
    WHERE held.email = ANY(CAST(:emails AS text[])) AND contact.delete_on IS NULL
    ORDER BY contact.name, contact.id LIMIT 20
""")


@dataclass(frozen=True, slots=True)
class PersonAt:
    """One person in one role at one organisation, from `since` to before `until`.

    `addresses` are for those who may see them; `reachable` is for all staff.
    """

    affiliation_id: int
    contact_id: int
    name: str
    latin_name: str | None
    language: str | None
    role: str
    job_title: str | None
    since: date | None
    until: date | None
    is_archived: bool
    reachable: bool
    addresses: tuple[Address, ...]

    def works(self, on: date) -> bool:
        """Whether the person has the role on a day."""
        return is_active(self.affiliation(0), on=on)

    def affiliation(self, organisation_id: int) -> AffiliationRecord:
        """The affiliation as a document."""
        return AffiliationRecord(
            contact_id=self.contact_id,
            organisation_id=organisation_id,
            role=self.role,
            id=self.affiliation_id,
            job_title=self.job_title,
            started_on=self.since,
            ended_on=self.until,
        )


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where a person works, worked or will work; the organisation in a few words."""

    affiliation: AffiliationRecord
    name: str
    language: str | None
    category: str
    country: str | None


@dataclass(frozen=True, slots=True)
class SharedAddress:
    """Another contact with an address that this one has, too."""

    contact_id: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Person:
    """A contact's document, where it works, and who shares an address with it."""

    contact: ContactRecord
    workplaces: tuple[Workplace, ...]
    shared: tuple[SharedAddress, ...]


def people_at(session: Session, organisation_id: int, today: date) -> list[PersonAt]:
    """Who works, worked and will work for an organisation, in one statement.

    Present and coming ones first, by role; at most 1,000. Addresses are in it: the caller leaves
    them out for those who may not see them.
    """
    return [
        _person_at(row) for row in _AT.rows(session, organisation_id=organisation_id, today=today)
    ]


def vacancies_among(
    people: Collection[PersonAt],
    roles: Mapping[str, RoleTerm],
    *,
    category: str,
    today: date,
) -> tuple[Vacancy, ...]:
    """The roles of one organisation that reach nobody today, by the people `people_at` gave."""
    return vacancies(
        [one.affiliation(0) for one in people if not one.is_archived],
        {one.contact_id for one in people if one.reachable},
        roles,
        category=category,
        today=today,
        addressed={one.contact_id for one in people if one.addresses},
    )


def vacancies_at(
    session: Session, organisation_id: int, roles: Mapping[str, RoleTerm], today: date
) -> tuple[Vacancy, ...]:
    """The roles of one organisation that reach nobody on a day, in two statements."""
    categories = _CATEGORY.column(session, organisation_id=organisation_id)
    if not categories:
        return ()
    people = people_at(session, organisation_id, today)
    return vacancies_among(people, roles, category=categories[0], today=today)


def person(session: Session, contact_id: int) -> Person:
    """One contact with all that its page shows, in one statement. Raises NotFound."""
    row = _PERSON.first(session, contact_id=contact_id)
    if row is None:
        raise NotFound(f"There is no contact {contact_id}.")
    *_, addresses, phones, workplaces, shared = row
    contact = ContactRecord(
        name=row[1],
        id=row[0],
        latin_name=row[2],
        sort_name=row[3],
        language=row[4],
        time_zone=row[5],
        notes=row[6],
        archived_on=row[7],
        delete_on=row[8],
        addresses=_addresses(addresses),
        phones=tuple(phones or ()),
    )
    return Person(
        contact,
        tuple(_workplace(contact_id, one) for one in workplaces or ()),
        tuple(SharedAddress(*one) for one in shared or ()),
    )


def undeleted(session: Session, ids: Collection[int]) -> frozenset[int]:
    """Those of these contacts that have not been deleted."""
    return frozenset(_UNDELETED.column(session, ids=list(ids))) if ids else frozenset()


def having_address(session: Session, emails: Collection[str]) -> list[SharedAddress]:
    """Contacts with any of these addresses, at most 20."""
    return [SharedAddress(*row) for row in _HAVING_ADDRESS.rows(session, emails=list(emails))]


def _person_at(row: Sequence[Any]) -> PersonAt:
    addresses = _addresses(row[10])
    return PersonAt(
        affiliation_id=row[0],
        contact_id=row[1],
        name=row[2],
        latin_name=row[3],
        language=row[4],
        role=row[5],
        job_title=row[6],
        since=row[7],
        until=row[8],
        is_archived=row[9] is not None,
        reachable=row[9] is None and has_working_address(addresses),
        addresses=addresses,
    )


def _addresses(found: Sequence[tuple[str, str]] | None) -> tuple[Address, ...]:
    return tuple(Address(email, AddressState(state)) for email, state in found or ())


def _workplace(contact_id: int, values: Sequence[Any]) -> Workplace:
    id, organisation_id, name, language, category, country, role, title, since, until = values
    works = AffiliationRecord(
        contact_id=contact_id,
        organisation_id=organisation_id,
        role=role,
        id=id,
        job_title=title,
        started_on=date.fromisoformat(since) if since else None,
        ended_on=date.fromisoformat(until) if until else None,
    )
    return Workplace(works, name, language, category, country)
