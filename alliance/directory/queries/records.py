"""Whole documents of the directory, many at once, a handful of statements whatever their number."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from alliance.core.db import Model
from alliance.core.errors import NotFound
from alliance.directory.models import (
    Affiliation,
    Contact,
    ContactAddress,
    ContactPhone,
    FormerSlug,
    MembershipRow,
    Organisation,
    OrganisationCountry,
    OrganisationDomain,
    OrganisationIdentifier,
    OrganisationName,
    OrganisationSector,
)
from alliance.directory.rules.records import (
    Address,
    AffiliationRecord,
    ContactRecord,
    Domain,
    Identifier,
    Membership,
    Name,
    OrganisationRecord,
    Visibility,
)

_PARTS: Mapping[str, tuple[type[Model], Callable[[Any], Any]]] = {
    "names": (
        OrganisationName,
        lambda row: Name(row.kind, row.text, row.language, row.valid_from, row.valid_until),
    ),
    "countries": (OrganisationCountry, lambda row: row.country),
    "sectors": (OrganisationSector, lambda row: row.sector_id),
    "identifiers": (OrganisationIdentifier, lambda row: Identifier(row.scheme, row.value)),
    "domains": (
        OrganisationDomain,
        lambda row: Domain(row.domain, row.includes_subdomains, row.verified_on, row.verified_by),
    ),
    "memberships": (
        MembershipRow,
        lambda row: Membership(
            row.joined_on, row.precision, row.is_at_latest, row.ended_on, row.end_reason
        ),
    ),
    "former_slugs": (FormerSlug, lambda row: row.slug),
}


def records_of(session: Session, ids: Collection[int]) -> dict[int, OrganisationRecord]:
    """The organisations with these ids, with all that hangs on them; absent ids are left out.

    Eight statements whatever the number of ids.
    """
    if not ids:
        return {}
    parts = {name: _parts(session, table, build, ids) for name, (table, build) in _PARTS.items()}
    records = {}
    for row in session.execute(
        select(Organisation.__table__).where(among(Organisation.id, ids))
    ).mappings():
        values = dict(row)
        values["visibility"] = MappingProxyType(
            {field: Visibility(level) for field, level in row["visibility"].items()}
        )
        for name, found in parts.items():
            values[name] = tuple(found.get(row["id"], ()))
        records[row["id"]] = OrganisationRecord(**values)
    return records


def get_record(session: Session, organisation_id: int) -> OrganisationRecord:
    """The organisation with this id. Raises NotFound."""
    found = records_of(session, [organisation_id])
    if organisation_id not in found:
        raise NotFound(f"There is no organisation {organisation_id}.")
    return found[organisation_id]


def contacts_of(session: Session, ids: Collection[int]) -> dict[int, ContactRecord]:
    """The contacts with these ids, addresses and phones in their order; absent ids are left out."""
    if not ids:
        return {}
    addresses: dict[int, list[Address]] = defaultdict(list)
    for row in session.execute(
        select(ContactAddress.contact_id, ContactAddress.email, ContactAddress.state)
        .where(among(ContactAddress.contact_id, ids))
        .order_by(ContactAddress.contact_id, ContactAddress.position, ContactAddress.email)
    ):
        addresses[row.contact_id].append(Address(row.email, row.state))
    phones: dict[int, list[str]] = defaultdict(list)
    for phone in session.execute(
        select(ContactPhone.contact_id, ContactPhone.number)
        .where(among(ContactPhone.contact_id, ids))
        .order_by(ContactPhone.contact_id, ContactPhone.position, ContactPhone.number)
    ):
        phones[phone.contact_id].append(phone.number)
    return {
        row["id"]: ContactRecord(
            **row, addresses=tuple(addresses[row["id"]]), phones=tuple(phones[row["id"]])
        )
        for row in session.execute(
            select(Contact.__table__).where(among(Contact.id, ids))
        ).mappings()
    }


def affiliations_of(session: Session, ids: Collection[int]) -> dict[int, AffiliationRecord]:
    """The affiliations with these ids; absent ids are left out."""
    if not ids:
        return {}
    return {
        row["id"]: AffiliationRecord(**row)
        for row in session.execute(
            select(Affiliation.__table__).where(among(Affiliation.id, ids))
        ).mappings()
    }


def among(
    column: InstrumentedAttribute[int] | ColumnElement[int], ids: Collection[int]
) -> ColumnElement[bool]:
    """`column` is one of `ids`, sent as one array: the statement is the same for any number."""
    return column == any_(literal(list(ids), ARRAY(BigInteger)))


def _parts(
    session: Session, table: type[Model], build: Callable[[Any], Any], ids: Collection[int]
) -> dict[int, list[Any]]:
    keys = table.__table__.primary_key.columns
    owner = table.__table__.columns["organisation_id"]
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(select(table.__table__).where(among(owner, ids)).order_by(*keys)):
        found[row.organisation_id].append(build(row))
    return found
