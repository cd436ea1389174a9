"""Taking back one act on people: what it made is removed, what it changed is as it was before."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from alliance.audit.queries import entries_caused_by, entry_with
from alliance.core.actor import Actor
from alliance.core.errors import NotFound, Refused
from alliance.directory.models import StaffNote
from alliance.directory.operations.contacts import (
    remove_affiliations,
    remove_contacts,
    save_affiliations,
    save_contacts,
)
from alliance.directory.operations.editing import edit_contact, held_contact
from alliance.directory.queries.records import affiliations_of, contacts_of
from alliance.directory.queries.reference import reference
from alliance.directory.queries.relations import affiliations_at, affiliations_by
from alliance.directory.rules.documents import (
    Record,
    affiliation_from,
    contact_from,
    document,
)
from alliance.directory.rules.records import AffiliationRecord
from alliance.directory.rules.reverting import earlier_value

_CHANGED_SINCE = "Something of this has been changed since; look at it and change it by hand."


class _Entry(Protocol):
    """What is asked of an entry of the history."""

    subject_kind: str
    subject_id: int
    action: str
    actor_id: int | None
    changes: Any


def take_back(session: Session, cause: str, *, actor: Actor) -> None:
    """Undo everything that `cause` did to contacts and affiliations, if it still stands so.

    Raises NotFound when this actor did nothing under that cause, and Refused when it has been
    taken back already, or something of it was changed since.
    """
    entries = entries_caused_by(session, cause)
    if not entries or any(one.actor_id != actor.id for one in entries):
        raise NotFound(f"There is nothing to take back under {cause}.")
    undone = f"{cause}:undone"
    people = {one.subject_id for one in entries if one.subject_kind == "contact"}
    works = {one.subject_id for one in entries if one.subject_kind == "affiliation"}
    known = affiliations_of(session, sorted(works))
    for id in sorted(people | {one.contact_id for one in known.values()}):
        held_contact(session, id)
    if entries_caused_by(session, undone, limit=1):
        raise Refused("This has been taken back already.")
    _affiliations_back(session, entries, actor, undone)
    _contacts_back(session, entries, actor, undone)


def put_contact_back(
    session: Session,
    contact_id: int,
    field: str,
    entry_id: int,
    *,
    actor: Actor,
    cause: str | None = None,
) -> None:
    """Give a field of a contact the value that it had before one entry of its history.

    Raises NotFound for no such entry, Refused, and BadInput when the value does not fit any more.
    """
    entry = entry_with(session, entry_id)
    is_own = entry is not None and (entry.subject_kind, entry.subject_id) == ("contact", contact_id)
    if entry is None or not is_own or field not in entry.changes:
        raise NotFound("There is no such entry of this field.")
    before = entry.changes[field][0]
    if entry.action == "created" or (before is None and field == "name"):
        raise Refused("There was no value before this entry; enter the one that you want.")
    record = held_contact(session, contact_id)
    value = earlier_value("contact", record, field, before)
    edit_contact(session, contact_id, {field: value}, version=None, actor=actor, cause=cause)


def _affiliations_back(
    session: Session, entries: Sequence[_Entry], actor: Actor, cause: str
) -> None:
    own = [one for one in entries if one.subject_kind == "affiliation"]
    known = affiliations_of(session, [one.subject_id for one in own])
    made = [one.subject_id for one in own if one.action == "created"]
    back = [
        affiliation_from(_before(one, known.get(one.subject_id)), id=one.subject_id)
        for one in own
        if one.action == "changed"
    ]
    back += [
        affiliation_from({field: was for field, (was, _) in one.changes.items()})
        for one in own
        if one.action == "removed"
    ]
    for one in own:
        if one.action == "created":
            _before(one, known.get(one.subject_id))
    if made:
        remove_affiliations(session, made, actor=actor, cause=cause)
    if back:
        _refuse_without(session, back)
        save_affiliations(session, back, actor=actor, cause=cause)
        _refuse_crowded(session, back)


def _contacts_back(session: Session, entries: Sequence[_Entry], actor: Actor, cause: str) -> None:
    own = [one for one in entries if one.subject_kind == "contact"]
    known = contacts_of(session, [one.subject_id for one in own])
    documents = {one.subject_id: _before(one, known.get(one.subject_id)) for one in own}
    changed = [
        contact_from(documents[one.subject_id], id=one.subject_id)
        for one in own
        if one.action == "changed"
    ]
    if changed:
        save_contacts(session, changed, actor=actor, cause=cause)
    made = [one.subject_id for one in own if one.action == "created"]
    for id in made:
        noted = exists().where(StaffNote.subject_kind == "contact", StaffNote.subject_id == id)
        if affiliations_by(session, id) or session.scalar(select(noted)):
            raise Refused(_CHANGED_SINCE)
    if made:
        remove_contacts(session, made, actor=actor, cause=cause)


def _before(entry: _Entry, record: Record | None) -> dict[str, Any]:
    """The document as it was before the entry. Raises Refused when it is not as it left it."""
    if record is None:
        raise Refused(_CHANGED_SINCE)
    values = document(record)
    changes: Mapping[str, Sequence[Any]] = entry.changes
    if entry.action == "created" and set(values) != set(changes):
        raise Refused(_CHANGED_SINCE)
    for field, (was, became) in changes.items():
        if values.get(field) != became:
            raise Refused(_CHANGED_SINCE)
        values[field] = was
    return {field: value for field, value in values.items() if value is not None}


def _refuse_without(session: Session, back: Iterable[AffiliationRecord]) -> None:
    people = {one.contact_id for one in back}
    if people - set(contacts_of(session, sorted(people))):
        raise Refused(_CHANGED_SINCE)


def _refuse_crowded(session: Session, back: Sequence[AffiliationRecord]) -> None:
    """Nobody gets a place back that somebody else has been given since."""
    roles = reference(session).roles
    open_ended = [one for one in back if one.ended_on is None]
    others = affiliations_at(session, sorted({one.organisation_id for one in open_ended}))
    for one in open_ended:
        most = roles[one.role].maximum
        held = [
            other
            for other in others
            if (other.organisation_id, other.role) == (one.organisation_id, one.role)
            and other.ended_on is None
        ]
        if most is not None and len(held) > most:
            raise Refused("Somebody else has been given this role since; end that first.")
