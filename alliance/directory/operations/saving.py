"""Writing organisations: one or many thousand documents by the same few statements.

A page, the API, an import and its undo all end here, so each leaves the same history and keeps the
public projection true. Nothing here commits.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from alliance.audit.operations import Note, diff, record
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.db import Model, copy_in
from alliance.core.errors import NotFound
from alliance.core.events import announce
from alliance.directory.events import DirectoryChanged, RecordsRemoved, RecordsSaved
from alliance.directory.models import (
    FormerSlug,
    MembershipRow,
    Organisation,
    OrganisationCountry,
    OrganisationDomain,
    OrganisationIdentifier,
    OrganisationName,
    OrganisationSector,
)
from alliance.directory.operations.checking import checked_organisations
from alliance.directory.operations.desk import refresh_organisation_words
from alliance.directory.operations.listings import (
    forget_listings,
    forget_variants,
    refresh_listings,
)
from alliance.directory.operations.rows import notes_of, numbered, stored_id, write_rows
from alliance.directory.operations.slugs import give_slugs
from alliance.directory.queries.records import among, records_of
from alliance.directory.rules.documents import canonical, document
from alliance.directory.rules.records import OrganisationRecord

SUBJECT = "organisation"
_OWN_COLUMNS = tuple(column.name for column in Organisation.__table__.columns)
_PARTS: Mapping[str, type[Model]] = {
    "names": OrganisationName,
    "countries": OrganisationCountry,
    "sectors": OrganisationSector,
    "identifiers": OrganisationIdentifier,
    "domains": OrganisationDomain,
    "memberships": MembershipRow,
    "former_slugs": FormerSlug,
}


def save_organisations(
    session: Session,
    records: Sequence[OrganisationRecord],
    *,
    actor: Actor,
    reason: str | None = None,
    cause: str | None = None,
) -> list[int]:
    """Store these organisations; returns their ids in the given order.

    A record without id is added; one with an id replaces what is stored, and when nothing differs
    nothing is written. A record without slug gets one from its name; a renamed one gets a new slug
    and keeps the old one as an address that leads on. Raises NotFound for an id that is not there,
    and BadRecord, before anything is written, for the first record that cannot be stored.
    """
    known = records_of(session, [one.id for one in records if one.id is not None])
    missing = [one.id for one in records if one.id is not None and one.id not in known]
    if missing:
        raise NotFound(f"There is no organisation {missing[0]}.")
    checked = checked_organisations(session, records, known)
    wanted = give_slugs(session, numbered(session, Organisation.__table__, checked), known)
    notes = notes_of(SUBJECT, wanted, known, lambda one: one.name)
    touched = {note.subject_id for note in notes}
    changed = [one for one in wanted if stored_id(one) in touched]
    _write(session, changed, known)
    record(session, actor, notes, at=clock.now(), reason=reason, cause=cause)
    if changed:
        refresh_listings(session, changed)
        refresh_organisation_words(session, changed)
        announce(session, DirectoryChanged())
        announce(session, RecordsSaved(SUBJECT, frozenset(touched)))
    return [stored_id(one) for one in wanted]


def remove_organisations(
    session: Session,
    ids: Sequence[int],
    *,
    actor: Actor,
    reason: str | None = None,
    cause: str | None = None,
) -> None:
    """Delete organisations for good, with their affiliations; history keeps what they were."""
    known = records_of(session, ids)
    words = forget_listings(session, list(known))
    session.execute(delete(Organisation).where(among(Organisation.id, list(known))))
    forget_variants(session, words)
    notes = [
        Note("removed", SUBJECT, id, one.name, diff(document(one), {})) for id, one in known.items()
    ]
    record(session, actor, notes, at=clock.now(), reason=reason, cause=cause)
    if known:
        announce(session, DirectoryChanged())
        announce(session, RecordsRemoved(SUBJECT, frozenset(known)))


def _write(
    session: Session,
    records: Sequence[OrganisationRecord],
    known: Mapping[int, OrganisationRecord],
) -> None:
    new = [one for one in records if one.id not in known]
    old = [one for one in records if one.id in known]
    write_rows(session, Organisation.__table__, map(_own_row, new), list(map(_own_row, old)))
    was = {stored_id(one): canonical(known[stored_id(one)]) for one in old}
    for part, model in _PARTS.items():
        differing = [one for one in old if getattr(one, part) != getattr(was[stored_id(one)], part)]
        owner = model.__table__.columns["organisation_id"]
        if differing:
            session.execute(
                delete(model).where(among(owner, [stored_id(one) for one in differing]))
            )
        copy_in(
            session,
            model.__table__,
            (row for one in (*new, *differing) for row in _part_rows(one, part)),
        )


def _own_row(one: OrganisationRecord) -> dict[str, Any]:
    row = {name: getattr(one, name) for name in _OWN_COLUMNS}
    row["visibility"] = {key: level.value for key, level in one.visibility.items()}
    return row


def _part_rows(one: OrganisationRecord, part: str) -> list[dict[str, Any]]:
    single = {"countries": "country", "sectors": "sector_id", "former_slugs": "slug"}
    if part in single:
        return [{"organisation_id": one.id, single[part]: value} for value in getattr(one, part)]
    return [
        {"organisation_id": one.id, **{name: getattr(value, name) for name in value.__slots__}}
        for value in getattr(one, part)
    ]
