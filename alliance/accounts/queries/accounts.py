"""Accounts as administrators and the sign-in look at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alliance.accounts.models import Account
from alliance.accounts.permissions import Role
from alliance.accounts.rules.sessions import IDLE
from alliance.core.errors import NotFound
from alliance.core.reads import Read
from alliance.core.text import BadText, normalise_email

_LISTED = Read("""
    SELECT account.id, account.email, account.name, account.role,
        account.password_hash IS NOT NULL, account.disabled_at,
        EXISTS (SELECT 1 FROM account_factors AS factor
            WHERE factor.account_id = account.id AND factor.proved_at IS NOT NULL),
        (SELECT count(*) FROM account_sessions AS held
            WHERE held.account_id = account.id AND held.is_whole
            AND held.expires_at > :now AND held.last_seen_at > :idle_since),
        (SELECT max(held.last_seen_at) FROM account_sessions AS held
            WHERE held.account_id = account.id AND held.is_whole)
    FROM accounts AS account
    WHERE CAST(:id AS bigint) IS NULL OR account.id = :id
    ORDER BY account.disabled_at IS NOT NULL, account.name, account.id
""")


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account in the list of administrators; `sessions` are those that are open now."""

    id: int
    email: str
    name: str
    role: Role
    has_password: bool
    disabled_at: datetime | None
    has_factor: bool
    sessions: int
    last_seen_at: datetime | None


def listed_accounts(session: Session, now: datetime) -> Sequence[ListedAccount]:
    """All accounts, those in use first, by name."""
    return _listed(session, None, now)


def listed_account(session: Session, id: int, now: datetime) -> ListedAccount:
    """One account. Raises NotFound."""
    found = _listed(session, id, now)
    if not found:
        raise NotFound(f"There is no account {id}.")
    return found[0]


def _listed(session: Session, id: int | None, now: datetime) -> list[ListedAccount]:
    rows = _LISTED.rows(session, id=id, now=now, idle_since=now - IDLE)
    return [_account(row) for row in rows]


def _account(row: Any) -> ListedAccount:
    id, email, name, role, has_password, disabled_at, has_factor, sessions, last_seen_at = row
    return ListedAccount(
        id, email, name, Role(role), has_password, disabled_at, has_factor, sessions, last_seen_at
    )


def account_of(session: Session, email: str) -> Account | None:
    """The account that an e-mail address, as typed, belongs to."""
    try:
        address = normalise_email(email)
    except BadText:
        # No account has this address; looking all the same takes as long as with a good one.
        address = ""
    return session.scalar(select(Account).where(Account.email == address))


def account_called(session: Session, email: str) -> Account:
    """The account of an e-mail address. Raises NotFound."""
    found = account_of(session, email)
    if found is None:
        raise NotFound(f"There is no account with the address {email}.")
    return found


def get_account(session: Session, id: int, *, lock: bool = False) -> Account:
    """An account by its number; `lock` keeps others from changing it meanwhile. Raises NotFound."""
    found = session.get(Account, id, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise NotFound(f"There is no account {id}.")
    return found
