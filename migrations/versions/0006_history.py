"""0006: seals that chain the history, and the feed of changes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEXES = {
    "actor_name": ["actor_name", "id"],
    "action": ["action", "id"],
    "subject_kind": ["subject_kind", "id"],
    "at": ["at"],
}
ENTRY_DIGEST = (
    "sha256(convert_to(CAST(jsonb_build_array(e.id,"
    " CAST(extract(epoch FROM e.at) * 1000000 AS bigint), e.actor_kind, e.actor_id, e.actor_name,"
    " e.action, e.subject_kind, e.subject_id, e.subject_name, e.changes, e.reason, e.cause)"
    " AS text), 'UTF8'))"
)
# What was remembered before there were seals becomes the first one.
SEAL_WHAT_IS_THERE = f"""
INSERT INTO history_seals (number, at, entries, count, digest, chained)
SELECT 1, at, entries, count, digest, encode(sha256(convert_to(concat_ws('|', '', 1,
    CAST(extract(epoch FROM at) * 1000000 AS bigint), entries, count, digest), 'UTF8')), 'hex')
FROM (SELECT max(e.at) AS at, range_agg(int8range(e.id, e.id, '[]')) AS entries,
    count(*) AS count,
    encode(sha256(string_agg({ENTRY_DIGEST}, ''::bytea ORDER BY e.id)), 'hex') AS digest
    FROM history_entries e) AS found
WHERE count > 0
"""


def upgrade() -> None:
    op.create_table(
        "history_seals",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", postgresql.INT8MULTIRANGE(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("chained", sa.Text(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_history_seals_number_from_one")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_history_seals")),
    )
    op.create_table(
        "history_changes",
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject_kind", sa.Text(collation="C"), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "version", "subject_kind", "subject_id", name=op.f("pk_history_changes")
        ),
    )
    op.create_index("ix_history_changes_subject", "history_changes", ["subject_kind", "version"])
    for name, columns in INDEXES.items():
        op.create_index(f"ix_history_entries_{name}", "history_entries", columns)
    op.execute(SEAL_WHAT_IS_THERE)
    for table in ("history_seals", "history_changes"):
        for event in ("UPDATE OR DELETE", "TRUNCATE"):
            each = "STATEMENT" if event == "TRUNCATE" else "ROW"
            op.execute(
                f"CREATE TRIGGER append_only_{each.lower()} BEFORE {event} ON {table}"
                f" FOR EACH {each} EXECUTE FUNCTION refuse_rewriting_history()"
            )


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(f"ix_history_entries_{name}", table_name="history_entries")
    op.drop_table("history_changes")
    op.drop_table("history_seals")
