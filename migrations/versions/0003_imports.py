"""0003: what was imported, row by row, and what undoing it needs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "history_imports",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("contacts_file_name", sa.Text(), nullable=True),
        sa.Column("contacts_digest", sa.Text(), nullable=True),
        sa.Column("mapping_key", sa.Text(), nullable=False),
        sa.Column("mapping", postgresql.JSONB(), nullable=False),
        sa.Column("contacts_mapping_key", sa.Text(), nullable=True),
        sa.Column("contacts_mapping", postgresql.JSONB(), nullable=True),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('applied', 'undone')", name=op.f("ck_history_imports_importstate")
        ),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by IS NULL)",
            name=op.f("ck_history_imports_undone_at_with_by"),
        ),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (state = 'applied')",
            name=op.f("ck_history_imports_undone_at_with_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_imports")),
    )
    op.create_table(
        "history_import_rows",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("match_id", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "subject IN ('organisation', 'contact')", name=op.f("ck_history_import_rows_subject")
        ),
        sa.CheckConstraint(
            "verdict IN ('new', 'changed', 'same', 'duplicate', 'error')",
            name=op.f("ck_history_import_rows_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["history_imports.id"],
            name=op.f("fk_history_import_rows_import_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "import_id", "file", "row", "subject", name=op.f("pk_history_import_rows")
        ),
    )
    op.create_index("ix_history_import_rows_reference", "history_import_rows", ["reference"])
    op.create_table(
        "history_import_changes",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["history_imports.id"],
            name=op.f("fk_history_import_changes_import_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "import_id",
            "subject_kind",
            "subject_id",
            name=op.f("pk_history_import_changes"),
        ),
    )


def downgrade() -> None:
    op.drop_table("history_import_changes")
    op.drop_table("history_import_rows")
    op.drop_table("history_imports")
