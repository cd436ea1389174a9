"""What staff noted about organisations and people; never shown to anybody else."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from alliance.core.db import Model


class StaffNote(Model):
    """A dated note of one author about one record, kept for as long as the record."""

    __tablename__ = "staff_notes"
    __table_args__ = (
        CheckConstraint("text <> ''", name="text_given"),
        CheckConstraint("subject_kind IN ('organisation', 'contact')", name="subject_kind"),
        Index("ix_staff_notes_subject", "subject_kind", "subject_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    subject_kind: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int | None] = mapped_column(BigInteger)
    author_name: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
