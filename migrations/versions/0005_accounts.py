"""0005: accounts, sessions, second factors, submissions, limits and tokens."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ROLES = (
    "'anyone', 'administrator', 'membership_manager', 'engagement_officer', 'editor', 'auditor'"
)


def _id():
    return sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False)


def _instant(name, *, nullable=False):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _to_account(table, column="account_id", ondelete="CASCADE"):
    return sa.ForeignKeyConstraint(
        [column], ["accounts.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )


def upgrade() -> None:
    _accounts()
    _ways_in()
    op.create_table(
        "account_proposals",
        _id(),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=True),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        _instant("proposed_at"),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        _instant("decided_at", nullable=True),
        sa.Column("is_approved", sa.Boolean(), nullable=True),
        sa.CheckConstraint(f"role IN ({_ROLES})", name=op.f("ck_account_proposals_role")),
        _to_account("account_proposals"),
        _to_account("account_proposals", "proposed_by"),
        _to_account("account_proposals", "decided_by", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_proposals")),
    )
    op.create_index("ix_account_proposals_account_id", "account_proposals", ["account_id"])
    op.create_table(
        "api_tokens",
        _id(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        _instant("created_at"),
        _instant("expires_at", nullable=True),
        _instant("last_used_at", nullable=True),
        _instant("revoked_at", nullable=True),
        _to_account("api_tokens"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
    )
    op.create_table(
        "submissions",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("answer", postgresql.JSONB(), nullable=True),
        _instant("at"),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_submissions")),
    )
    op.create_table(
        "account_tallies",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        _instant("ends_at"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_account_tallies")),
        prefixes=["UNLOGGED"],
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        _id(),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        _instant("password_changed_at", nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        _instant("created_at"),
        _instant("disabled_at", nullable=True),
        sa.CheckConstraint(f"role IN ({_ROLES})", name=op.f("ck_accounts_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
    )
    op.create_table(
        "account_sessions",
        _id(),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        _instant("created_at"),
        _instant("last_seen_at"),
        _instant("confirmed_at"),
        _instant("expires_at"),
        sa.Column("user_agent", sa.Text(), nullable=False),
        _to_account("account_sessions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_sessions_token_hash")),
    )
    op.create_index("ix_account_sessions_account_id", "account_sessions", ["account_id"])


def _ways_in() -> None:
    op.create_table(
        "account_factors",
        _id(),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=True),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        _instant("created_at"),
        _instant("proved_at", nullable=True),
        _instant("last_used_at", nullable=True),
        sa.CheckConstraint(
            "kind IN ('totp', 'passkey')", name=op.f("ck_account_factors_factorkind")
        ),
        _to_account("account_factors"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_factors")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_account_factors_credential_id")),
    )
    op.create_index("ix_account_factors_account_id", "account_factors", ["account_id"])
    op.create_table(
        "account_recovery_codes",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        _instant("used_at", nullable=True),
        _to_account("account_recovery_codes"),
        sa.PrimaryKeyConstraint("account_id", "code_hash", name=op.f("pk_account_recovery_codes")),
    )
    op.create_table(
        "account_password_links",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        _instant("expires_at"),
        _to_account("account_password_links"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_password_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_password_links_token_hash")),
    )


def downgrade() -> None:
    for table in (
        "account_tallies",
        "submissions",
        "api_tokens",
        "account_proposals",
        "account_password_links",
        "account_recovery_codes",
        "account_factors",
        "account_sessions",
        "accounts",
    ):
        op.drop_table(table)
