"""0008: archived and deleted records, and staff notes."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("organisations", "contacts"):
        op.add_column(table, sa.Column("archived_on", sa.Date()))
        op.add_column(table, sa.Column("delete_on", sa.Date()))
        op.create_index(
            f"ix_{table}_delete_on", table, ["delete_on"], postgresql_where="delete_on IS NOT NULL"
        )
    op.create_table(
        "staff_notes",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.BigInteger()),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("text <> ''", name="ck_staff_notes_text_given"),
        sa.CheckConstraint(
            "subject_kind IN ('organisation', 'contact')", name="ck_staff_notes_subject_kind"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_staff_notes"),
    )
    op.create_index("ix_staff_notes_subject", "staff_notes", ["subject_kind", "subject_id", "id"])


def downgrade() -> None:
    op.drop_table("staff_notes")
    for table in ("organisations", "contacts"):
        op.drop_index(f"ix_{table}_delete_on", table)
        op.drop_column(table, "delete_on")
        op.drop_column(table, "archived_on")
