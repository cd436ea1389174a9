"""Entries of the history: of one record, of one field, of one cause, or all that fit a choice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Session

from alliance.audit.models import Entry

_TABLE: Any = Entry.__table__.c
# Columns with few values of which the present ones are offered as filters.
_LISTED = ("actor_name", "action", "subject_kind")


@dataclass(frozen=True, slots=True)
class HistoryCriteria:
    """Which entries are asked for; None and () ask for all.

    fields: entries that change any of these. since, until: instants, the second not included.
    """

    actor_name: str | None = None
    actor_id: int | None = None
    subject_kind: str | None = None
    subject_id: int | None = None
    action: str | None = None
    cause: str | None = None
    fields: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What happened to one field of one record, with the entry that tells it."""

    entry_id: int
    at: datetime
    actor_name: str
    action: str
    before: Any
    after: Any
    reason: str | None
    cause: str | None


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


def field_history(
    session: Session, subject_kind: str, subject_id: int, field: str, *, limit: int = 100
) -> list[FieldChange]:
    """How one field of one record came to be what it is, newest first."""
    rows = session.execute(
        select(
            _TABLE.id,
            _TABLE.at,
            _TABLE.actor_name,
            _TABLE.action,
            _TABLE.changes[field][0],
            _TABLE.changes[field][1],
            _TABLE.reason,
            _TABLE.cause,
        )
        .where(_TABLE.subject_kind == subject_kind, _TABLE.subject_id == subject_id)
        .where(_TABLE.changes.has_key(field))
        .order_by(_TABLE.id.desc())
        .limit(limit)
    )
    return [FieldChange(*row) for row in rows]


def entries_caused_by(session: Session, cause: str, *, limit: int = 1000) -> Sequence[Entry]:
    """What was done under one cause such as `import:12`, oldest first, at most `limit` entries."""
    return session.scalars(
        select(Entry).where(Entry.cause == cause).order_by(Entry.id).limit(limit)
    ).all()


def entry_with(session: Session, entry_id: int) -> Any | None:
    """The entry with this id as a row of all its columns, or None."""
    return session.execute(select(Entry.__table__).where(_TABLE.id == entry_id)).first()


def last_entry(session: Session, subject_kind: str, action: str) -> Any | None:
    """The newest entry that tells this action on this kind of record, or None."""
    return session.execute(
        select(Entry.__table__)
        .where(_TABLE.subject_kind == subject_kind, _TABLE.action == action)
        .order_by(_TABLE.id.desc())
        .limit(1)
    ).first()


def entries_matching(
    session: Session, criteria: HistoryCriteria, *, before: int | None = None, limit: int = 50
) -> Sequence[Any]:
    """Entries that fit, newest first, as rows of all columns; only those older than `before`."""
    asked = _matching(select(Entry.__table__), criteria)
    if before is not None:
        asked = asked.where(_TABLE.id < before)
    return session.execute(asked.order_by(_TABLE.id.desc()).limit(limit)).all()


def entries_after(
    session: Session, criteria: HistoryCriteria, *, after: int = 0, at_once: int = 2000
) -> Iterator[Any]:
    """All entries that fit, oldest first, read in pieces: memory stays the same for any number."""
    while True:
        asked = _matching(select(Entry.__table__), criteria).where(_TABLE.id > after)
        rows = session.execute(asked.order_by(_TABLE.id).limit(at_once)).all()
        yield from rows
        if len(rows) < at_once:
            return
        after = rows[-1].id


def count_entries(session: Session, criteria: HistoryCriteria, *, most: int = 10_000) -> int:
    """How many entries fit, counted no further than `most` + 1."""
    some = _matching(select(literal(1)), criteria).select_from(Entry.__table__).limit(most + 1)
    return int(session.execute(select(func.count()).select_from(some.subquery())).scalar_one())


def values_in_use(session: Session) -> dict[str, list[str]]:
    """The actors, actions and kinds of records that the history names, each in its order.

    One look at an index for each value, so the length of the history does not matter.
    """
    found: dict[str, list[str]] = {column: [] for column in _LISTED}
    for column, value in session.execute(_VALUES):
        found[column].append(value)
    return found


def _matching(asked: Select[Any], criteria: HistoryCriteria) -> Select[Any]:
    for column in ("actor_name", "actor_id", "subject_kind", "subject_id", "action", "cause"):
        value = getattr(criteria, column)
        if value is not None:
            asked = asked.where(_TABLE[column] == value)
    if criteria.fields:
        asked = asked.where(_TABLE.changes.has_any(literal([*criteria.fields], ARRAY(TEXT))))
    if criteria.since is not None:
        asked = asked.where(_TABLE.at >= criteria.since)
    if criteria.until is not None:
        asked = asked.where(_TABLE.at < criteria.until)
    return asked


# Each value leads to the next one in the index; counting through all rows would take seconds.
_VALUES = text(
    " UNION ALL ".join(
        f"""(
            WITH RECURSIVE next AS (
                (SELECT {column} AS value FROM history_entries ORDER BY {column} LIMIT 1)
                UNION ALL
                SELECT (SELECT e.{column} FROM history_entries e WHERE e.{column} > next.value
                    ORDER BY e.{column} LIMIT 1)
                FROM next WHERE next.value IS NOT NULL
            )
            SELECT '{column}' AS name, value FROM next WHERE value IS NOT NULL LIMIT 500
        )"""  # noqa: S608  names of columns from the list above
        for column in _LISTED
    )
)
