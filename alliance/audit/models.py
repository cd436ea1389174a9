"""Tables of the history."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Identity, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
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


class Clock(Model):
    """Counts the changes to a subject, so that readers know whether what they keep still holds."""

    __tablename__ = "history_clock"

    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
