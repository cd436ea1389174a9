"""Tables of what was done to many records as one act."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from alliance.core.db import Model


class ChangeSet(Model):
    """One act on many records; the history tells each record's change under its cause.

    kind: such as bulk_edit or merge_sectors. act: what was done, as JSON values. refused: records
    that were left out, each with a reason; conflicts: fields that undoing left as they are.
    """

    __tablename__ = "change_sets"
    __table_args__ = (
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone_at_with_by"),
        Index("ix_change_sets_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    subject_kind: Mapped[str] = mapped_column(Text)
    act: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    account_name: Mapped[str] = mapped_column(Text)
    count: Mapped[int] = mapped_column(Integer)
    refused_count: Mapped[int] = mapped_column(Integer)
    refused: Mapped[list[Any]] = mapped_column(JSONB)
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    undone_by: Mapped[str | None] = mapped_column(Text)
    restored: Mapped[int | None] = mapped_column(Integer)
    conflict_count: Mapped[int | None] = mapped_column(Integer)
    conflicts: Mapped[list[Any] | None] = mapped_column(JSONB)
