"""Reading what staff noted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from alliance.core.errors import NotFound
from alliance.core.reads import Read

_NOTES = Read("""
    SELECT id, text, author_id, author_name, at FROM staff_notes
    WHERE subject_kind = :kind AND subject_id = :id
      AND (CAST(:note AS bigint) IS NULL OR id = :note)
    ORDER BY id DESC LIMIT 200
""")


@dataclass(frozen=True, slots=True)
class NoteText:
    """One note. `author_id` is the account of who wrote it."""

    id: int
    text: str
    author_id: int | None
    author_name: str
    at: datetime


def notes_on(session: Session, subject_kind: str, subject_id: int) -> list[NoteText]:
    """What staff noted about one record, newest first, at most 200 notes."""
    rows = _NOTES.rows(session, kind=subject_kind, id=subject_id, note=None)
    return [NoteText(*row) for row in rows]


def get_note(session: Session, note_id: int, subject_kind: str, subject_id: int) -> NoteText:
    """One note on one record. Raises NotFound."""
    row = _NOTES.first(session, kind=subject_kind, id=subject_id, note=note_id)
    if row is None:
        raise NotFound(f"There is no note {note_id} on this record.")
    return NoteText(*row)
