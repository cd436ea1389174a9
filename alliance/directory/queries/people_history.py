"""What happened to one person: changes of the contact, of where it works, and staff notes."""

from sqlalchemy.orm import Session

from alliance.core.reads import Read
from alliance.directory.queries.record_page import Happening

# Each part is a look at the end of one index; sorting all of a long history would take longer the
# longer a person is known.
_HAPPENED = Read("""
    WITH found AS (
        (SELECT * FROM history_entries
         WHERE subject_kind = 'contact' AND subject_id = :id
         ORDER BY id DESC LIMIT :many)
        UNION ALL
        SELECT e.* FROM affiliations a CROSS JOIN LATERAL (
            SELECT * FROM history_entries
            WHERE subject_kind = 'affiliation' AND subject_id = a.id
            ORDER BY id DESC LIMIT :many) AS e
        WHERE a.contact_id = :id
    )
    SELECT 'entry', id, at, actor_name, actor_id, action, subject_kind, subject_id, subject_name,
        changes, reason, cause, NULL, actor_kind
    FROM (SELECT * FROM found ORDER BY id DESC LIMIT :many) AS newest
    UNION ALL
    SELECT 'note', id, at, author_name, author_id, 'noted', subject_kind, subject_id, '',
        '{}'::jsonb, NULL, NULL, text, 'person'
    FROM (SELECT * FROM staff_notes
          WHERE CAST(:with_notes AS boolean) AND subject_kind = 'contact' AND subject_id = :id
          ORDER BY id DESC LIMIT :many) AS noted
""")


def person_happenings(
    session: Session, contact_id: int, *, with_notes: bool, limit: int = 30
) -> tuple[list[Happening], bool]:
    """What happened to a contact and to where it works, newest first, in one statement.

    The newest `limit` of entries and notes, and whether there are older ones. with_notes: whether
    the reader may see staff notes; otherwise none is read. The changes hold every field: the caller
    leaves out what the reader may not see.
    """
    rows = _HAPPENED.rows(session, id=contact_id, many=limit + 1, with_notes=with_notes)
    found = sorted(
        (Happening(*row) for row in rows), key=lambda one: (one.at, one.kind, one.id), reverse=True
    )
    return found[:limit], len(found) > limit
