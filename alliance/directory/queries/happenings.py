"""What happened to one organisation or contact: its changes, those of roles, and staff notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from alliance.core.reads import Read

_NAME_OF_CONTACT = """coalesce((
    SELECT c.name FROM affiliations AS a JOIN contacts AS c ON c.id = a.contact_id
    WHERE newest.subject_kind = 'affiliation' AND a.id = newest.subject_id), subject_name)"""


def _statement(kind: str, name: str) -> Read:
    # Each part is a look at the end of one index; sorting all of a long history would take longer
    # the longer a record is known.
    return Read(f"""
        WITH found AS (
            (SELECT * FROM history_entries
             WHERE subject_kind = '{kind}' AND subject_id = :id
             ORDER BY id DESC LIMIT :many)
            UNION ALL
            SELECT e.* FROM affiliations AS a CROSS JOIN LATERAL (
                SELECT * FROM history_entries
                WHERE subject_kind = 'affiliation' AND subject_id = a.id
                ORDER BY id DESC LIMIT :many) AS e
            WHERE a.{kind}_id = :id
        )
        SELECT 'entry', id, at, actor_name, actor_id, action, subject_kind, subject_id, {name},
            changes, reason, cause, NULL, actor_kind
        FROM (SELECT * FROM found ORDER BY id DESC LIMIT :many) AS newest
        UNION ALL
        SELECT 'note', id, at, author_name, author_id, 'noted', subject_kind, subject_id, '',
            CAST('{{}}' AS jsonb), NULL, NULL, text, 'person'
        FROM (SELECT * FROM staff_notes
              WHERE CAST(:with_notes AS boolean) AND subject_kind = '{kind}' AND subject_id = :id
              ORDER BY id DESC LIMIT :many) AS noted
    """)  # noqa: S608  constants


_HAPPENED = {
    "organisation": _statement("organisation", _NAME_OF_CONTACT),
    "contact": _statement("contact", "subject_name"),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """An entry of the history, or a staff note, whose words are `text`.

    kind: "entry" or "note"; `changes` of an entry maps a field to [from, to]. Of an
    organisation, an affiliation is called by the name of its contact.
    """

    kind: str
    id: int
    at: datetime
    actor_name: str
    actor_id: int | None
    action: str
    subject_kind: str
    subject_id: int
    subject_name: str
    changes: Mapping[str, Sequence[Any]]
    reason: str | None
    cause: str | None
    text: str | None
    actor_kind: str


def happenings(
    session: Session, kind: str, id: int, *, with_notes: bool, limit: int = 30
) -> tuple[list[Happening], bool]:
    """What happened to an organisation or contact, and to who works there or where it works.

    The newest `limit` of entries and notes, newest first, in one statement, and whether there are
    older ones. with_notes: whether the reader may see staff notes; otherwise none is read. The
    changes hold every field: the caller leaves out what the reader may not see.
    """
    rows = _HAPPENED[kind].rows(session, id=id, many=limit + 1, with_notes=with_notes)
    found = sorted(
        (Happening(*row) for row in rows), key=lambda one: (one.at, one.kind, one.id), reverse=True
    )
    return found[:limit], len(found) > limit
