"""Tables of accounts: who may sign in, by what, and what they are signed in with."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from alliance.accounts.permissions import Role
from alliance.core.db import Model
from alliance.core.types import by_value

_ACCOUNT = "accounts.id"


class FactorKind(StrEnum):
    """What sort of second factor it is."""

    TOTP = "totp"
    PASSKEY = "passkey"


class Account(Model):
    """Somebody who may sign in. Without `password_hash` the link for setting one is still out."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    email: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[Role] = mapped_column(by_value(Role))
    password_hash: Mapped[str | None] = mapped_column(Text)
    password_changed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    language: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    disabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class AccountSession(Model):
    """One browser that is signed in, or, while not `is_whole`, still owes the second factor."""

    __tablename__ = "account_sessions"
    __table_args__ = (Index("ix_account_sessions_account_id", "account_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(_ACCOUNT, ondelete="CASCADE"))
    is_whole: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    confirmed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    user_agent: Mapped[str] = mapped_column(Text)


class Factor(Model):
    """A second factor; a code generator counts once `proved_at` says that its codes fit.

    `secret` is the sealed secret of a code generator, or the public key of a passkey. `counter` is
    the last time step used, or the passkey's own count of signatures.
    """

    __tablename__ = "account_factors"
    __table_args__ = (Index("ix_account_factors_account_id", "account_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(_ACCOUNT, ondelete="CASCADE"))
    kind: Mapped[FactorKind] = mapped_column(by_value(FactorKind))
    name: Mapped[str] = mapped_column(Text)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    credential_id: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    counter: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    proved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RecoveryCode(Model):
    """A code that stands in once for a lost second factor."""

    __tablename__ = "account_recovery_codes"

    account_id: Mapped[int] = mapped_column(
        ForeignKey(_ACCOUNT, ondelete="CASCADE"), primary_key=True
    )
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class PasswordLink(Model):
    """A link for setting a password, shown once; one for each account."""

    __tablename__ = "account_password_links"

    account_id: Mapped[int] = mapped_column(
        ForeignKey(_ACCOUNT, ondelete="CASCADE"), primary_key=True
    )
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Proposal(Model):
    """What one administrator proposed and another has to approve or decline.

    With `role`: that the account be given this role. Without: that its second factors be reset.
    """

    __tablename__ = "account_proposals"
    __table_args__ = (Index("ix_account_proposals_account_id", "account_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(_ACCOUNT, ondelete="CASCADE"))
    role: Mapped[Role | None] = mapped_column(by_value(Role))
    proposed_by: Mapped[int] = mapped_column(ForeignKey(_ACCOUNT, ondelete="CASCADE"))
    proposed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey(_ACCOUNT, ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    is_approved: Mapped[bool | None]


class ApiToken(Model):
    """A key of the API, of which `prefix` is shown; without `account_id` made at the console."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    prefix: Mapped[str] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    account_id: Mapped[int | None] = mapped_column(ForeignKey(_ACCOUNT, ondelete="CASCADE"))
    made_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Submission(Model):
    """A form or call that was worked off, so that its copies are answered alike.

    `owner` is `account:1` or `token:1`; `fingerprint` stands for what was sent.
    """

    __tablename__ = "submissions"

    owner: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(Text)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Tally(Model):
    """How often something was tried in a stretch of time; `key` is a digest. A crash empties it."""

    __tablename__ = "account_tallies"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SavedView(Model):
    """A list as somebody wants to see it again; `query` as rules/views.py checks it.

    `area` is the list, such as "organisations"; a shared one is seen by all of the staff.
    """

    __tablename__ = "saved_views"
    __table_args__ = (
        Index("uq_saved_views_account_id", "account_id", "area", "name", unique=True),
        Index("ix_saved_views_area", "area", postgresql_where=text("is_shared")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(_ACCOUNT, ondelete="CASCADE"))
    area: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    query: Mapped[dict[str, Any]] = mapped_column(JSONB)
    is_shared: Mapped[bool]
    position: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ListSetting(Model):
    """How somebody last saw a list, and the view with which it opens."""

    __tablename__ = "list_settings"
    __table_args__ = (Index("ix_list_settings_view_id", "view_id"),)

    account_id: Mapped[int] = mapped_column(
        ForeignKey(_ACCOUNT, ondelete="CASCADE"), primary_key=True
    )
    area: Mapped[str] = mapped_column(Text, primary_key=True)
    columns: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    density: Mapped[str | None] = mapped_column(Text)
    view_id: Mapped[int | None] = mapped_column(ForeignKey("saved_views.id", ondelete="SET NULL"))


class RecordView(Model):
    """When somebody last opened a record, and how often in all."""

    __tablename__ = "record_views"
    __table_args__ = (
        Index("ix_record_views_at", "account_id", "at"),
        Index("ix_record_views_subject", "subject_kind", "subject_id"),
    )

    account_id: Mapped[int] = mapped_column(
        ForeignKey(_ACCOUNT, ondelete="CASCADE"), primary_key=True
    )
    subject_kind: Mapped[str] = mapped_column(Text, primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    count: Mapped[int] = mapped_column(Integer)
