"""Tables of the history."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, Index, Integer, Text
from sqlalchemy.dialects.postgresql import INT8MULTIRANGE, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from alliance.core.actor import ActorKind
from alliance.core.db import Model
from alliance.core.types import by_value


class Entry(Model):
    """One thing done to one record. `changes` maps a field to [from, to].

    A trigger refuses UPDATE, DELETE and TRUNCATE; the service's role has no right to them either.
    """

    __tablename__ = "history_entries"
    __table_args__ = (
        Index("ix_history_entries_subject", "subject_kind", "subject_id", "id"),
        Index("ix_history_entries_cause", "cause"),
        Index("ix_history_entries_actor_name", "actor_name", "id"),
        Index("ix_history_entries_action", "action", "id"),
        Index("ix_history_entries_subject_kind", "subject_kind", "id"),
        Index("ix_history_entries_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    actor_kind: Mapped[ActorKind] = mapped_column(by_value(ActorKind))
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    subject_kind: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[int] = mapped_column(BigInteger)
    subject_name: Mapped[str] = mapped_column(Text)
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str | None] = mapped_column(Text)
    cause: Mapped[str | None] = mapped_column(Text)


class Seal(Model):
    """What one transaction added to the history, tied to all seals before it.

    entries: the ids; digest: of these entries; chained: of this seal and the one before, both as
    hexadecimal digits. Written once, like the entries. Numbers have no gaps.
    """

    __tablename__ = "history_seals"
    __table_args__ = (CheckConstraint("number > 0", name="number_from_one"),)

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    entries: Mapped[Any] = mapped_column(INT8MULTIRANGE)
    count: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(Text)
    chained: Mapped[str] = mapped_column(Text)


class Clock(Model):
    """Counts the changes to a subject, so that readers know whether what they keep still holds."""

    __tablename__ = "history_clock"

    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)


class Change(Model):
    """One record that was touched when the directory reached `version`. Written once."""

    __tablename__ = "history_changes"
    __table_args__ = (Index("ix_history_changes_subject", "subject_kind", "version"),)

    version: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    subject_kind: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    action: Mapped[str] = mapped_column(Text)
