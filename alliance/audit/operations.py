"""Writing the history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from alliance.audit.models import Entry
from alliance.core.actor import Actor
from alliance.core.db import copy_in


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be remembered of one record. `changes` maps a field to (from, to), JSON values."""

    action: str
    subject_kind: str
    subject_id: int
    subject_name: str
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


def record(
    session: Session,
    actor: Actor,
    notes: Sequence[Note],
    *,
    at: datetime,
    reason: str | None = None,
    cause: str | None = None,
) -> None:
    """Write one entry a note, in this transaction. `cause` names a whole, such as `import:12`."""
    if not notes:
        return
    rows = [
        {
            "at": at,
            "actor_kind": actor.kind,
            "actor_id": actor.id,
            "actor_name": actor.name,
            "action": note.action,
            "subject_kind": note.subject_kind,
            "subject_id": note.subject_id,
            "subject_name": note.subject_name,
            "changes": {key: list(pair) for key, pair in note.changes.items()},
            "reason": reason,
            "cause": cause,
        }
        for note in notes
    ]
    copy_in(session, Entry.__table__, rows)


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The fields in which two documents differ, as field -> (from, to); {} when they are equal."""
    keys = [*before, *(key for key in after if key not in before)]
    return {
        key: (before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)
    }


def advance(session: Session, subject: str) -> None:
    """Count one more change to `subject`.

    Called right before the commit: the row stays locked only for as long as the commit takes, and
    a reader that sees the new number also sees what it stands for.
    """
    session.execute(
        text(
            "INSERT INTO history_clock (subject, version) VALUES (:subject, 1)"
            " ON CONFLICT (subject) DO UPDATE SET version = history_clock.version + 1"
        ),
        {"subject": subject},
    )
