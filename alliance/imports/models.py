"""Tables of imports. Their names say that they are history: they tell what was done, as it was
done.

They hold no copies of people's data but for the records that an import changed, which undoing it
needs; of records it created only a digest is kept.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from alliance.core.db import Model
from alliance.core.types import by_value
from alliance.imports.fields import Subject
from alliance.imports.verdicts import ImportState, StagedState, Verdict


class Import(Model):
    """One import: who, when, which files (by name and SHA-256), read how, with what result.

    `mapping_keys` are the keys of the files' headings, `mappings` what the columns were taken for.
    `undo_report` tells what taking it back did, and what it left.
    """

    __tablename__ = "history_imports"
    __table_args__ = (
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone_at_with_by"),
        CheckConstraint("(undone_at IS NULL) = (state = 'applied')", name="undone_at_with_state"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    actor_name: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    contacts_file_name: Mapped[str | None] = mapped_column(Text)
    contacts_digest: Mapped[str | None] = mapped_column(Text)
    mapping_key: Mapped[str] = mapped_column(Text)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSONB)
    contacts_mapping_key: Mapped[str | None] = mapped_column(Text)
    contacts_mapping: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[ImportState] = mapped_column(by_value(ImportState))
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    undone_by: Mapped[str | None] = mapped_column(Text)
    undo_report: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class ImportRow(Model):
    """The verdict on one row. `subject_id` is the record that the row ended in, if it did."""

    __tablename__ = "history_import_rows"
    __table_args__ = (Index("ix_history_import_rows_reference", "reference"),)

    import_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("history_imports.id", ondelete="CASCADE"), primary_key=True
    )
    file: Mapped[str] = mapped_column(Text, primary_key=True)
    row: Mapped[int] = mapped_column(Integer, primary_key=True)
    subject: Mapped[Subject] = mapped_column(by_value(Subject), primary_key=True)
    verdict: Mapped[Verdict] = mapped_column(by_value(Verdict))
    match_id: Mapped[int | None] = mapped_column(BigInteger)
    score: Mapped[float | None] = mapped_column(Float)
    reason: Mapped[str] = mapped_column(Text)
    reference: Mapped[str | None] = mapped_column(Text)
    subject_id: Mapped[int | None] = mapped_column(BigInteger)


class ImportChange(Model):
    """What an import did to one record.

    `before` is the document as it was, None for a record that was created; `after` is the SHA-256
    of the document as it became, by which undoing tells whether it was edited since.
    """

    __tablename__ = "history_import_changes"

    import_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("history_imports.id", ondelete="CASCADE"), primary_key=True
    )
    subject_kind: Mapped[str] = mapped_column(Text, primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[str] = mapped_column(Text)


class StagedImport(Model):
    """An import that is being prepared: the files as they were sent, and what was said of them.

    It stands outside the directory and is thrown away after a day. `owner` is the account or token
    that began it: "account:7". `parts` tells of each file what was read, `counts` and the rows what
    checking found; without `counts` it has not been checked as it stands.
    """

    __tablename__ = "staged_imports"
    __table_args__ = (
        Index("ix_staged_imports_owner", "owner"),
        Index("ix_staged_imports_expires_at", "expires_at"),
        Index("ix_staged_imports_import_id", "import_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    owner: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    file_name: Mapped[str] = mapped_column(Text)
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    contacts_name: Mapped[str | None] = mapped_column(Text)
    contacts_data: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    mappings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    fixes: Mapped[dict[str, Any]] = mapped_column(JSONB)
    decisions: Mapped[dict[str, Any]] = mapped_column(JSONB)
    parts: Mapped[list[Any]] = mapped_column(JSONB)
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    fingerprint: Mapped[str | None] = mapped_column(Text)
    state: Mapped[StagedState] = mapped_column(by_value(StagedState))
    run_key: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    beat_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    step: Mapped[str | None] = mapped_column(Text)
    share: Mapped[int] = mapped_column(Integer)
    problem: Mapped[str | None] = mapped_column(Text)
    import_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("history_imports.id", ondelete="CASCADE")
    )


class StagedRow(Model):
    """What checking said of one row; `told` holds its cells, faults, and what it would do."""

    __tablename__ = "staged_import_rows"
    __table_args__ = (
        Index(
            "ix_staged_import_rows_staged_id_verdict_position", "staged_id", "verdict", "position"
        ),
    )

    staged_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("staged_imports.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    part: Mapped[str] = mapped_column(Text)
    row: Mapped[int] = mapped_column(Integer)
    verdict: Mapped[Verdict] = mapped_column(by_value(Verdict))
    told: Mapped[dict[str, Any]] = mapped_column(JSONB)
