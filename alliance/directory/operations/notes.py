"""What staff note about organisations and people: written, mended and removed by their authors.

The history tells that a note was written, changed or removed, and never what it says.
"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from alliance.audit.operations import Note, record
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.errors import BadInput, NotFound, Refused
from alliance.core.text import squeeze
from alliance.directory.models import Contact, Organisation, StaffNote

LONGEST_NOTE = 20_000
_SUBJECTS: Mapping[str, type[Organisation] | type[Contact]] = {
    "organisation": Organisation,
    "contact": Contact,
}


def add_note(
    session: Session, subject_kind: str, subject_id: int, text: str, *, actor: Actor
) -> int:
    """Note something about an organisation or a contact; returns the note's id.

    Raises NotFound for a record that is not there, and BadInput.
    """
    name = _name_of(session, subject_kind, subject_id)
    note = StaffNote(
        subject_kind=subject_kind,
        subject_id=subject_id,
        text=_checked(text),
        author_id=actor.id,
        author_name=actor.name,
        at=clock.now(),
    )
    session.add(note)
    session.flush()
    _tell(session, actor, "created", note, name)
    return note.id


def change_note(
    session: Session,
    note_id: int,
    text: str,
    *,
    subject_kind: str,
    subject_id: int,
    actor: Actor,
) -> None:
    """Say something else in a note of one's own. Raises NotFound, Refused and BadInput."""
    note = _held(session, note_id, subject_kind, subject_id)
    if note.author_id is None or note.author_id != actor.id:
        raise Refused("Somebody else wrote this note; write another one instead.")
    checked = _checked(text)
    if checked == note.text:
        return
    note.text = checked
    session.flush()
    _tell(session, actor, "changed", note, _name_of(session, subject_kind, subject_id))


def remove_note(
    session: Session,
    note_id: int,
    *,
    subject_kind: str,
    subject_id: int,
    actor: Actor,
    may_remove_others: bool = False,
) -> None:
    """Remove a note for good. Raises NotFound, and Refused for that of somebody else.

    may_remove_others: whether the actor may remove what others wrote, as administrators may.
    """
    note = _held(session, note_id, subject_kind, subject_id)
    is_own = note.author_id is not None and note.author_id == actor.id
    if not is_own and not may_remove_others:
        raise Refused("Somebody else wrote this note; ask its author or an administrator.")
    session.delete(note)
    session.flush()
    _tell(session, actor, "removed", note, _name_of(session, subject_kind, subject_id))


def _held(session: Session, note_id: int, subject_kind: str, subject_id: int) -> StaffNote:
    note = session.get(StaffNote, note_id, with_for_update=True, populate_existing=True)
    if note is None or (note.subject_kind, note.subject_id) != (subject_kind, subject_id):
        raise NotFound(f"There is no note {note_id} on this record.")
    return note


def _checked(text: str) -> str:
    try:
        checked = squeeze(text, max_length=LONGEST_NOTE, lines=True)
    except BadInput as error:
        raise BadInput(error.message, field="text") from None
    if not checked:
        raise BadInput("Write what is to be noted.", field="text")
    return checked


def _name_of(session: Session, subject_kind: str, subject_id: int) -> str:
    model = _SUBJECTS[subject_kind]
    name = session.scalar(
        select(model.name).where(model.id == subject_id).with_for_update(key_share=True)
    )
    if name is None:
        raise NotFound(f"There is no {subject_kind} {subject_id}.")
    return str(name)


def _tell(session: Session, actor: Actor, action: str, note: StaffNote, name: str) -> None:
    told = Note(
        action, "note", note.id, name, {"subject": (None, f"{note.subject_kind}:{note.subject_id}")}
    )
    record(session, actor, [told], at=clock.now())
