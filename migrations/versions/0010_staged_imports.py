"""0010: imports that were begun on a page."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _instant(name, *, nullable=True):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.add_column("history_imports", sa.Column("undo_report", postgresql.JSONB(), nullable=True))
    op.create_table(
        "staged_imports",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        _instant("at", nullable=False),
        _instant("expires_at", nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("contacts_name", sa.Text(), nullable=True),
        sa.Column("contacts_data", sa.LargeBinary(), nullable=True),
        sa.Column("options", postgresql.JSONB(), nullable=False),
        sa.Column("mappings", postgresql.JSONB(), nullable=False),
        sa.Column("fixes", postgresql.JSONB(), nullable=False),
        sa.Column("decisions", postgresql.JSONB(), nullable=False),
        sa.Column("parts", postgresql.JSONB(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("run_key", sa.Text(), nullable=True),
        _instant("started_at"),
        _instant("beat_at"),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("import_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'checking', 'running', 'done')",
            name=op.f("ck_staged_imports_stagedstate"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["history_imports.id"],
            name=op.f("fk_staged_imports_import_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_imports")),
    )
    op.create_index("ix_staged_imports_owner", "staged_imports", ["owner"])
    op.create_index("ix_staged_imports_expires_at", "staged_imports", ["expires_at"])
    op.create_index("ix_staged_imports_import_id", "staged_imports", ["import_id"])
    op.create_table(
        "staged_import_rows",
        sa.Column("staged_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("told", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('new', 'changed', 'same', 'duplicate', 'error')",
            name=op.f("ck_staged_import_rows_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["staged_id"],
            ["staged_imports.id"],
            name=op.f("fk_staged_import_rows_staged_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("staged_id", "position", name=op.f("pk_staged_import_rows")),
    )
    op.create_index(
        "ix_staged_import_rows_staged_id_verdict_position",
        "staged_import_rows",
        ["staged_id", "verdict", "position"],
    )


def downgrade() -> None:
    op.drop_table("staged_import_rows")
    op.drop_table("staged_imports")
    op.drop_column("history_imports", "undo_report")
