"""0012: the order of people by name."""

import sqlalchemy as sa
from alembic import op

# Names are ordered as the application orders them, so it is asked here too.
from alliance.core.text import sort_key

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NAMES = sa.text("SELECT id, name, sort_name FROM contacts WHERE id > :after ORDER BY id LIMIT 5000")


def upgrade() -> None:
    op.create_table(
        "contact_order",
        sa.Column("contact_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sort_key", sa.Text(collation="C"), nullable=False),
    )
    _fill()
    # Keys and indexes are made quicker of rows that are there than row by row.
    op.create_primary_key(op.f("pk_contact_order"), "contact_order", ["contact_id"])
    op.create_foreign_key(
        op.f("fk_contact_order_contact_id"),
        "contact_order",
        "contacts",
        ["contact_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_index("ix_contact_order_sort_key", "contact_order", ["sort_key", "contact_id"])


def _fill() -> None:
    connection = op.get_bind()
    driver = connection.connection.driver_connection
    after = 0
    while rows := connection.execute(NAMES, {"after": after}).all():
        after = rows[-1].id
        with (
            driver.cursor() as cursor,
            cursor.copy("COPY contact_order (contact_id, sort_key) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row((row.id, sort_key(row.sort_name or row.name)))


def downgrade() -> None:
    op.drop_table("contact_order")
