"""How organisations hang together, and who works for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from alliance.core.errors import NotFound
from alliance.directory.models import (
    Affiliation,
    Contact,
    FormerSlug,
    Organisation,
)
from alliance.directory.queries.records import among
from alliance.directory.rules.records import AffiliationRecord


@dataclass(frozen=True, slots=True)
class Dependants:
    """Ids of organisations that stand directly under one, and that were merged into it."""

    children: tuple[int, ...]
    merged: tuple[int, ...]


def organisation_called(session: Session, key: str) -> int:
    """The id of the organisation with this id or slug, former slugs included. Raises NotFound."""
    statement: Select[int] | CompoundSelect[int]
    if key.isascii() and key.isdigit() and len(key) < 19:
        statement = select(Organisation.id).where(Organisation.id == int(key))
    else:
        statement = union_all(
            select(Organisation.id).where(Organisation.slug == key),
            select(FormerSlug.organisation_id).where(FormerSlug.slug == key),
        )
    # The slug of a merged duplicate also is a former slug of its survivor; its own row is first.
    found = session.scalars(statement).first()
    if found is None:
        raise NotFound(f"There is no organisation “{key[:80]}”.")
    return int(found)


def has_organisations(session: Session) -> bool:
    """Whether any organisation is stored."""
    return session.scalar(select(Organisation.id).limit(1)) is not None


def ancestors_of(session: Session, organisation_id: int) -> tuple[int, ...]:
    """The organisations above one, nearest first, in one statement; it ends at a circle."""
    above = (
        select(Organisation.id, Organisation.parent_id, literal(0).label("level"))
        .where(Organisation.id == organisation_id)
        .cte("above", recursive=True)
    )
    # A circle, which nothing should have let in, must not keep the statement running for ever.
    above = above.union_all(
        select(Organisation.id, Organisation.parent_id, above.c.level + 1).where(
            Organisation.id == above.c.parent_id, above.c.level < 100
        )
    )
    found = session.scalars(select(above.c.id).where(above.c.level > 0).order_by(above.c.level))
    return tuple(dict.fromkeys(found))


def dependants_of(session: Session, organisation_id: int) -> Dependants:
    """The organisations that point at one, by id, in one statement."""
    rows = session.execute(
        select(Organisation.id, Organisation.parent_id, Organisation.merged_into_id)
        .where(
            or_(
                Organisation.parent_id == organisation_id,
                Organisation.merged_into_id == organisation_id,
            )
        )
        .order_by(Organisation.id)
    ).all()
    return Dependants(
        children=tuple(row.id for row in rows if row.parent_id == organisation_id),
        merged=tuple(row.id for row in rows if row.merged_into_id == organisation_id),
    )


def affiliations_at(
    session: Session, organisation_ids: Collection[int]
) -> Sequence[AffiliationRecord]:
    """Who works, worked or will work for these organisations, by id."""
    return _affiliations(session, among(Affiliation.organisation_id, organisation_ids))


def affiliations_by(session: Session, contact_id: int) -> Sequence[AffiliationRecord]:
    """Where one contact works, worked or will work, by id."""
    return _affiliations(session, Affiliation.contact_id == contact_id)


def names_of_affiliations(
    session: Session, affiliations: Sequence[AffiliationRecord]
) -> dict[int, str]:
    """What history calls each of these affiliations, by its id: “Wanjiru Maina – Harbour Light”."""
    people = _names(session, Contact, {one.contact_id for one in affiliations})
    works_for = _names(session, Organisation, {one.organisation_id for one in affiliations})
    return {
        one.id: f"{people.get(one.contact_id, '')} – {works_for.get(one.organisation_id, '')}"
        for one in affiliations
        if one.id is not None
    }


def _names(
    session: Session, model: type[Contact] | type[Organisation], ids: Collection[int]
) -> dict[int, str]:
    if not ids:
        return {}
    rows = session.execute(select(model.id, model.name).where(among(model.id, ids)))
    return {row.id: row.name for row in rows}


def employers_of(session: Session, contact_ids: Collection[int]) -> frozenset[int]:
    """The organisations that these contacts work, worked or will work for."""
    if not contact_ids:
        return frozenset()
    condition = among(Affiliation.contact_id, contact_ids)
    return frozenset(session.scalars(select(Affiliation.organisation_id).where(condition)))


def _affiliations(session: Session, condition: ColumnElement[bool]) -> list[AffiliationRecord]:
    table = Affiliation.__table__
    rows = session.execute(select(table).where(condition).order_by(table.c.id))
    return [AffiliationRecord(**row) for row in rows.mappings()]
