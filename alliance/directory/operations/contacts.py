"""Writing contacts and affiliations, one or many thousand by the same few statements."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Table, delete
from sqlalchemy.orm import Session

from alliance.audit.operations import Note, diff, record
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.db import copy_in
from alliance.core.errors import NotFound
from alliance.core.events import announce
from alliance.directory.events import PeopleChanged, RecordsRemoved, RecordsSaved
from alliance.directory.models import Affiliation, Contact, ContactAddress, ContactPhone
from alliance.directory.operations.checking import checked_affiliations, checked_contacts
from alliance.directory.operations.desk import refresh_contact_words
from alliance.directory.operations.people_order import refresh_contact_order
from alliance.directory.operations.rows import notes_of, numbered, stored_id, write_rows
from alliance.directory.queries.records import affiliations_of, among, contacts_of
from alliance.directory.queries.relations import employers_of, names_of_affiliations
from alliance.directory.rules.documents import document
from alliance.directory.rules.records import AffiliationRecord, ContactRecord

R = TypeVar("R", ContactRecord, AffiliationRecord)


def save_contacts(
    session: Session,
    records: Sequence[ContactRecord],
    *,
    actor: Actor,
    reason: str | None = None,
    cause: str | None = None,
) -> list[int]:
    """Store these contacts; returns their ids in the given order. Raises NotFound and BadRecord."""
    known = contacts_of(session, [one.id for one in records if one.id is not None])
    _refuse_missing("contact", records, known)
    wanted = numbered(session, Contact.__table__, checked_contacts(records, known))
    notes = notes_of("contact", wanted, known, lambda one: one.name)
    touched = {note.subject_id for note in notes}
    changed = [one for one in wanted if one.id in touched]
    _write(session, Contact.__table__, changed, known)
    for model, rows in ((ContactAddress, _address_rows), (ContactPhone, _phone_rows)):
        old = [stored_id(one) for one in changed if one.id in known]
        if old:
            owner = model.__table__.columns["contact_id"]
            session.execute(delete(model).where(among(owner, old)))
        copy_in(session, model.__table__, (row for one in changed for row in rows(one)))
    refresh_contact_words(session, changed)
    refresh_contact_order(session, changed)
    record(session, actor, notes, at=clock.now(), reason=reason, cause=cause)
    if touched:
        announce(session, RecordsSaved("contact", frozenset(touched)))
        _tell_employers(session, [id for id in touched if id in known])
    return [stored_id(one) for one in wanted]


def save_affiliations(
    session: Session,
    records: Sequence[AffiliationRecord],
    *,
    actor: Actor,
    reason: str | None = None,
    cause: str | None = None,
) -> list[int]:
    """Store these affiliations; returns their ids in the order. Raises NotFound, BadRecord."""
    known = affiliations_of(session, [one.id for one in records if one.id is not None])
    _refuse_missing("affiliation", records, known)
    checked = checked_affiliations(session, records, known)
    wanted = numbered(session, Affiliation.__table__, checked)
    named = names_of_affiliations(session, wanted)
    notes = notes_of("affiliation", wanted, known, lambda one: named[stored_id(one)])
    touched = {note.subject_id for note in notes}
    changed = [one for one in wanted if one.id in touched]
    _write(session, Affiliation.__table__, changed, known)
    record(session, actor, notes, at=clock.now(), reason=reason, cause=cause)
    if touched:
        before = [known[id] for id in touched if id in known]
        announce(session, RecordsSaved("affiliation", frozenset(touched)))
        announce(session, PeopleChanged(frozenset(x.organisation_id for x in changed + before)))
    return [stored_id(one) for one in wanted]


def remove_contacts(
    session: Session,
    ids: Sequence[int],
    *,
    actor: Actor,
    reason: str | None = None,
    cause: str | None = None,
) -> None:
    """Delete contacts for good, with their affiliations; history keeps what they were."""
    known = contacts_of(session, ids)
    _tell_employers(session, list(known))
    session.execute(delete(Contact).where(among(Contact.id, list(known))))
    notes = [
        Note("removed", "contact", id, one.name, diff(document(one), {}))
        for id, one in known.items()
    ]
    record(session, actor, notes, at=clock.now(), reason=reason, cause=cause)
    if known:
        announce(session, RecordsRemoved("contact", frozenset(known)))


def remove_affiliations(
    session: Session,
    ids: Sequence[int],
    *,
    actor: Actor,
    reason: str | None = None,
    cause: str | None = None,
) -> None:
    """Delete affiliations for good, as when they were entered in error."""
    known = affiliations_of(session, ids)
    named = names_of_affiliations(session, list(known.values()))
    session.execute(delete(Affiliation).where(among(Affiliation.id, list(known))))
    notes = [
        Note("removed", "affiliation", id, named[id], diff(document(one), {}))
        for id, one in known.items()
    ]
    record(session, actor, notes, at=clock.now(), reason=reason, cause=cause)
    if known:
        employers = frozenset(one.organisation_id for one in known.values())
        announce(session, RecordsRemoved("affiliation", frozenset(known)))
        announce(session, PeopleChanged(employers))


def _tell_employers(session: Session, contact_ids: Sequence[int]) -> None:
    employers = employers_of(session, contact_ids)
    if employers:
        announce(session, PeopleChanged(employers))


def _refuse_missing(subject: str, records: Sequence[R], known: Mapping[int, R]) -> None:
    for one in records:
        if one.id is not None and one.id not in known:
            raise NotFound(f"There is no {subject} {one.id}.")


def _write(session: Session, table: Table, records: Sequence[R], known: Mapping[int, R]) -> None:
    columns = [column.name for column in table.columns]
    rows = [{name: getattr(one, name) for name in columns} for one in records]
    new = (row for row in rows if row["id"] not in known)
    write_rows(session, table, new, [row for row in rows if row["id"] in known])


def _address_rows(one: ContactRecord) -> list[dict[str, Any]]:
    return [
        {"contact_id": one.id, "email": address.email, "state": address.state, "position": at}
        for at, address in enumerate(one.addresses)
    ]


def _phone_rows(one: ContactRecord) -> list[dict[str, Any]]:
    return [
        {"contact_id": one.id, "number": number, "position": at}
        for at, number in enumerate(one.phones)
    ]
