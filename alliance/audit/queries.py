"""Reading the history."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from alliance.audit.models import Entry


def history_of(
    session: Session, subject_kind: str, subject_id: int, *, limit: int = 100
) -> Sequence[Entry]:
    """What was done to one record, newest first, at most `limit` entries."""
    return session.scalars(
        select(Entry)
        .where(Entry.subject_kind == subject_kind, Entry.subject_id == subject_id)
        .order_by(Entry.id.desc())
        .limit(limit)
    ).all()


def entries_caused_by(session: Session, cause: str, *, limit: int = 1000) -> Sequence[Entry]:
    """What was done under one cause such as `import:12`, oldest first, at most `limit` entries."""
    return session.scalars(
        select(Entry).where(Entry.cause == cause).order_by(Entry.id).limit(limit)
    ).all()
