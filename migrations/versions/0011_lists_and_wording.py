"""0011: why a country is worded as it is."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("countries", sa.Column("wording_note", sa.Text()))


def downgrade() -> None:
    op.drop_column("countries", "wording_note")
