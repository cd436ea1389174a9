"""0004: find what was merged into an organisation; each removal of one has to look for it."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_organisations_merged_into_id", "organisations", ["merged_into_id"])


def downgrade() -> None:
    op.drop_index("ix_organisations_merged_into_id", "organisations")
