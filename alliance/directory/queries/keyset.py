"""Which records there are, page by page in the order of their ids, for programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, any_, exists, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Session

from alliance.directory.models import (
    Affiliation,
    Contact,
    Organisation,
    OrganisationSector,
    Sector,
)

_EMPTY: tuple[Any, ...] = (None, [], {}, "")


class Kept(StrEnum):
    """Whether a record is in use, put away, or deleted and waiting to be gone for good."""

    IN_USE = "in_use"
    ARCHIVED = "archived"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class OrganisationCriteria:
    """Which organisations are wanted; None and () ask for all. sectors: slugs."""

    state: Kept | None = None
    categories: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class ContactCriteria:
    """Which contacts are wanted: those who work, worked or will work for an organisation."""

    state: Kept | None = None
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class AffiliationCriteria:
    """Which affiliations are wanted. active_on: those that run on this day."""

    organisation_id: int | None = None
    contact_id: int | None = None
    roles: tuple[str, ...] = ()
    active_on: date | None = None


def organisation_ids_after(
    session: Session, criteria: OrganisationCriteria, *, after: int, limit: int
) -> Sequence[int]:
    """At most `limit` ids greater than `after`."""
    asked = select(Organisation.id).where(*_in_state(Organisation, criteria.state))
    if criteria.categories:
        asked = asked.where(_one_of(Organisation.category, criteria.categories))
    if criteria.countries:
        asked = asked.where(_one_of(Organisation.country, criteria.countries))
    if criteria.parent_id is not None:
        asked = asked.where(Organisation.parent_id == criteria.parent_id)
    if criteria.sectors:
        asked = asked.where(
            exists()
            .where(OrganisationSector.organisation_id == Organisation.id)
            .where(OrganisationSector.sector_id == Sector.id)
            .where(_one_of(Sector.slug, criteria.sectors))
        )
    return _page(session, asked, Organisation.id, after, limit)


def contact_ids_after(
    session: Session, criteria: ContactCriteria, *, after: int, limit: int
) -> Sequence[int]:
    """At most `limit` ids greater than `after`."""
    asked = select(Contact.id).where(*_in_state(Contact, criteria.state))
    if criteria.organisation_id is not None:
        asked = asked.where(
            exists()
            .where(Affiliation.contact_id == Contact.id)
            .where(Affiliation.organisation_id == criteria.organisation_id)
        )
    return _page(session, asked, Contact.id, after, limit)


def affiliation_ids_after(
    session: Session, criteria: AffiliationCriteria, *, after: int, limit: int
) -> Sequence[int]:
    """At most `limit` ids greater than `after`."""
    asked = select(Affiliation.id)
    if criteria.organisation_id is not None:
        asked = asked.where(Affiliation.organisation_id == criteria.organisation_id)
    if criteria.contact_id is not None:
        asked = asked.where(Affiliation.contact_id == criteria.contact_id)
    if criteria.roles:
        asked = asked.where(_one_of(Affiliation.role, criteria.roles))
    if criteria.active_on is not None:
        day = criteria.active_on
        asked = asked.where(
            or_(Affiliation.started_on.is_(None), Affiliation.started_on <= day),
            or_(Affiliation.ended_on.is_(None), Affiliation.ended_on > day),
        )
    return _page(session, asked, Affiliation.id, after, limit)


def sector_slugs(session: Session) -> dict[int, str]:
    """The names of all sectors in addresses, retired ones included, by id."""
    return {row.id: row.slug for row in session.execute(select(Sector.id, Sector.slug))}


def sector_documents(session: Session) -> dict[int, dict[str, Any]]:
    """All sectors by id: their fields, without those that are empty."""
    table = Sector.__table__
    rows = session.execute(select(table).order_by(table.c.id)).mappings()
    return {row["id"]: {key: one for key, one in row.items() if one not in _EMPTY} for row in rows}


def _in_state(
    model: type[Organisation] | type[Contact], state: Kept | None
) -> Sequence[ColumnElement[bool]]:
    if state is None:
        return ()
    if state is Kept.DELETED:
        return (model.delete_on.is_not(None),)
    is_archived = model.archived_on.is_not(None)
    return (model.delete_on.is_(None), is_archived if state is Kept.ARCHIVED else ~is_archived)


def _one_of(column: Any, values: Sequence[str]) -> ColumnElement[bool]:
    """`column` is one of these, sent as one array: the statement is the same for any number."""
    found: ColumnElement[bool] = column == any_(literal(list(values), ARRAY(TEXT)))
    return found


def _page(session: Session, asked: Select[Any], id: Any, after: int, limit: int) -> Sequence[int]:
    return session.scalars(asked.where(id > after).order_by(id).limit(limit)).all()
