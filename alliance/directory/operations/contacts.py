"""Writing contacts and affiliations, one or many thousand by the same few statements."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import bindparam, delete, update
from sqlalchemy.orm import Session

from alliance.audit.operations import Note, diff, record
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.db import Model, copy_in
from alliance.core.errors import NotFound
from alliance.directory.models import Affiliation, Contact, ContactAddress, ContactPhone
from alliance.directory.operations.checking import checked_affiliations, checked_contacts
from alliance.directory.operations.saving import fresh_ids
from alliance.directory.queries.records import affiliations_of, among, contacts_of
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
    wanted = _numbered(session, Contact, checked_contacts(records, known), known)
    notes = _notes("contact", wanted, known, lambda one: one.name)
    touched = {note.subject_id for note in notes}
    changed = [one for one in wanted if one.id in touched]
    _write(session, Contact, changed, known)
    for model, rows in ((ContactAddress, _address_rows), (ContactPhone, _phone_rows)):
        old = [_id(one) for one in changed if one.id in known]
        if old:
            owner = model.__table__.columns["contact_id"]
            session.execute(delete(model).where(among(owner, old)))
        copy_in(session, model.__table__, (row for one in changed for row in rows(one)))
    record(session, actor, notes, at=clock.now(), reason=reason, cause=cause)
    return [_id(one) for one in wanted]


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
    checked = checked_affiliations(session, records, known)
    wanted = _numbered(session, Affiliation, checked, known)
    notes = _notes("affiliation", wanted, known, _affiliation_name)
    touched = {note.subject_id for note in notes}
    _write(session, Affiliation, [one for one in wanted if one.id in touched], known)
    record(session, actor, notes, at=clock.now(), reason=reason, cause=cause)
    return [_id(one) for one in wanted]


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
    session.execute(delete(Contact).where(among(Contact.id, list(known))))
    notes = [
        Note("removed", "contact", id, one.name, diff(document(one), {}))
        for id, one in known.items()
    ]
    record(session, actor, notes, at=clock.now(), reason=reason, cause=cause)


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
    session.execute(delete(Affiliation).where(among(Affiliation.id, list(known))))
    notes = [
        Note("removed", "affiliation", id, _affiliation_name(one), diff(document(one), {}))
        for id, one in known.items()
    ]
    record(session, actor, notes, at=clock.now(), reason=reason, cause=cause)


def _numbered(
    session: Session, model: type[Model], records: Sequence[R], known: Mapping[int, R]
) -> list[R]:
    for one in records:
        if one.id is not None and one.id not in known:
            raise NotFound(f"There is no {model.__name__.lower()} {one.id}.")
    new = sum(one.id is None for one in records)
    ids = iter(fresh_ids(session, model.__table__.name, new))
    return [replace(one, id=next(ids)) if one.id is None else one for one in records]


def _notes(
    subject: str, wanted: Sequence[R], known: Mapping[int, R], name: Callable[[R], str]
) -> list[Note]:
    notes = []
    for one in wanted:
        before = known.get(_id(one))
        changes = diff(document(before) if before else {}, document(one))
        if changes:
            action = "changed" if before else "created"
            notes.append(Note(action, subject, _id(one), name(one), changes))
    return notes


def _write(
    session: Session, model: type[Model], records: Sequence[R], known: Mapping[int, R]
) -> None:
    table = model.__table__
    columns = [column.name for column in table.columns]
    new = [one for one in records if one.id not in known]
    old = [one for one in records if one.id in known]
    copy_in(session, table, ({name: getattr(one, name) for name in columns} for one in new))
    if old:
        session.connection().execute(
            update(table)
            .where(table.c.id == bindparam("key"))
            .values({name: bindparam(f"new_{name}") for name in columns if name != "id"}),
            [
                {"key": one.id, **{f"new_{n}": getattr(one, n) for n in columns if n != "id"}}
                for one in old
            ],
        )


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


def _affiliation_name(one: AffiliationRecord) -> str:
    return f"contact {one.contact_id} at organisation {one.organisation_id} as {one.role}"


def _id(one: ContactRecord | AffiliationRecord) -> int:
    assert one.id is not None
    return one.id
