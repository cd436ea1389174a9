"""Whole records for a file, read a few hundred at a time: any number needs little memory."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from alliance.directory.models import Affiliation, Organisation
from alliance.directory.queries.records import among, contacts_of, records_of
from alliance.directory.rules.exporting import ContactRow
from alliance.directory.rules.records import AffiliationRecord, OrganisationRecord

_AT_ONCE = 500


def organisations_for_file(
    session: Session, ids: Sequence[int]
) -> Iterator[tuple[OrganisationRecord, str]]:
    """These organisations in their order, each with the name of the body it stands under or ""."""
    for part in _parts(ids):
        known = records_of(session, part)
        parents = _names(session, {one.parent_id for one in known.values() if one.parent_id})
        for id in part:
            if id in known:
                yield known[id], parents.get(known[id].parent_id or 0, "")


def contacts_for_file(session: Session, ids: Sequence[int]) -> Iterator[ContactRow]:
    """These contacts in their order, once for each affiliation they have or had, else once."""
    for part in _parts(ids):
        known = contacts_of(session, part)
        works: dict[int, list[AffiliationRecord]] = defaultdict(list)
        table = Affiliation.__table__
        for row in session.execute(
            select(table).where(among(table.c.contact_id, part)).order_by(table.c.id)
        ).mappings():
            works[row["contact_id"]].append(AffiliationRecord(**row))
        employers = {one.organisation_id for found in works.values() for one in found}
        names = _names(session, employers)
        for id in part:
            if id not in known:
                continue
            for one in works.get(id, ()):
                yield ContactRow(known[id], one, names.get(one.organisation_id, ""))
            if id not in works:
                yield ContactRow(known[id])


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def _names(session: Session, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = session.execute(
        select(Organisation.id, Organisation.name).where(among(Organisation.id, list(ids)))
    )
    return {row.id: row.name for row in rows}
