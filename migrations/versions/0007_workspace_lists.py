"""0007: search words of the workspace, saved views and what was opened lately."""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

# How text is cut into words is decided by the application that looks them up, so it is asked here
# too; records that are saved later get their words from the same functions.
from alliance.directory.rules.desk_words import contact_words, organisation_words

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ORGANISATIONS = """
SELECT o.id, o.name, o.slug,
    ARRAY(SELECT n.text FROM organisation_names n WHERE n.organisation_id = o.id),
    ARRAY(SELECT i.value FROM organisation_identifiers i WHERE i.organisation_id = o.id),
    ARRAY(SELECT d.domain FROM organisation_domains d WHERE d.organisation_id = o.id)
FROM organisations o WHERE o.id > :after ORDER BY o.id LIMIT 5000
"""
CONTACTS = """
SELECT c.id, c.name, c.latin_name, c.sort_name,
    ARRAY(SELECT a.email FROM contact_addresses a WHERE a.contact_id = c.id),
    ARRAY(SELECT p.number FROM contact_phones p WHERE p.contact_id = c.id)
FROM contacts c WHERE c.id > :after ORDER BY c.id LIMIT 5000
"""


def upgrade() -> None:
    _words(
        "organisation_words", "organisation_id", "organisations", ORGANISATIONS, _of_organisation
    )
    _words("contact_words", "contact_id", "contacts", CONTACTS, _of_contact)
    _views()
    _records()


def _words(table: str, column: str, owner: str, statement: str, words_of: Any) -> None:
    op.create_table(
        table,
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.Column(column, sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
    )
    _fill(table, column, statement, words_of)
    # Keys and indexes are made quicker of rows that are there than row by row.
    op.create_primary_key(op.f(f"pk_{table}"), table, ["word", column, "kind"])
    op.create_foreign_key(
        op.f(f"fk_{table}_{column}"), table, owner, [column], ["id"], ondelete="CASCADE"
    )
    op.create_index(f"ix_{table}_{column}", table, [column])


def _fill(table: str, column: str, statement: str, words_of: Any) -> None:
    connection = op.get_bind()
    driver: Any = connection.connection.driver_connection
    after = 0
    while rows := connection.execute(sa.text(statement), {"after": after}).all():
        after = rows[-1][0]
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {table} (word, {column}, kind) FROM STDIN") as copy,
        ):
            for word, id, kind in _cut(rows, words_of):
                copy.write_row((word, id, kind))


def _cut(rows: Iterable[Any], words_of: Any) -> Iterator[tuple[str, int, int]]:
    for row in rows:
        for word, kind in words_of(*row[1:]):
            yield word, row[0], kind


def _of_organisation(
    name: str, slug: str, names: list[str], identifiers: list[str], domains: list[str]
) -> Any:
    return organisation_words(
        name, slug=slug, other_names=names, identifiers=identifiers, domains=domains
    )


def _of_contact(
    name: str, latin: str | None, sort: str | None, emails: list[str], phones: list[str]
) -> Any:
    return contact_words((name, latin, sort), emails=emails, phones=phones)


def _views() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", postgresql.JSONB(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_saved_views_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
    )
    op.create_index(
        "uq_saved_views_account_id", "saved_views", ["account_id", "area", "name"], unique=True
    )
    op.create_index(
        "ix_saved_views_area", "saved_views", ["area"], postgresql_where=sa.text("is_shared")
    )
    op.create_table(
        "list_settings",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("columns", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("density", sa.Text(), nullable=True),
        sa.Column("view_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_list_settings_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["view_id"],
            ["saved_views.id"],
            name=op.f("fk_list_settings_view_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("account_id", "area", name=op.f("pk_list_settings")),
    )
    op.create_index("ix_list_settings_view_id", "list_settings", ["view_id"])


def _records() -> None:
    op.create_table(
        "record_views",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_record_views_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "subject_kind", "subject_id", name=op.f("pk_record_views")
        ),
    )
    op.create_index("ix_record_views_at", "record_views", ["account_id", "at"])
    op.create_index("ix_record_views_subject", "record_views", ["subject_kind", "subject_id"])


def downgrade() -> None:
    for table in (
        "record_views", "list_settings", "saved_views", "contact_words", "organisation_words",
    ):  # fmt: skip
        op.drop_table(table)
