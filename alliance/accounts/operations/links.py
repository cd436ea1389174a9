"""Links for setting a password: shown once to an administrator, good once and for an hour."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from alliance.accounts.models import Account, PasswordLink
from alliance.accounts.operations.accounts import set_password
from alliance.accounts.operations.factors import has_factor
from alliance.accounts.operations.notes import itself, note
from alliance.accounts.operations.safeguards import Safeguards
from alliance.accounts.operations.sessions import end_sessions
from alliance.accounts.permissions import NEEDS_SECOND_FACTOR
from alliance.accounts.queries.sessions import digest
from alliance.core.actor import Actor
from alliance.core.errors import Refused

HOLDS: Final = timedelta(hours=1)


def make_link(session: Session, account: Account, *, now: datetime, actor: Actor) -> str:
    """The token of a new link for an account; an earlier one is good no more.

    Raises Refused for a disabled account, and for an administrator's whom nothing but the password
    keeps from being taken over by a colleague.
    """
    if account.disabled_at is not None:
        raise Refused("This account is disabled; enable it first.")
    is_open = account.password_hash is not None and not has_factor(session, account.id)
    if account.role in NEEDS_SECOND_FACTOR and is_open:
        raise Refused(
            "This administrator has no second factor yet. Set the password at the console, with"
            " flask accounts set-password."
        )
    token = secrets.token_urlsafe(32)
    values = {"token_hash": digest(token), "expires_at": now + HOLDS}
    session.execute(
        insert(PasswordLink)
        .values(account_id=account.id, **values)
        .on_conflict_do_update(index_elements=["account_id"], set_=values)
    )
    note(session, actor, "password_link_made", account)
    return token


def account_behind(session: Session, token: str, now: datetime) -> Account | None:
    """The account that a link is for, as long as it is good."""
    return session.scalar(
        select(Account)
        .join(PasswordLink, PasswordLink.account_id == Account.id)
        .where(
            PasswordLink.token_hash == digest(token),
            PasswordLink.expires_at > now,
            Account.disabled_at.is_(None),
        )
    )


def close_ways_in(session: Session, account: Account, *, actor: Actor) -> None:
    """Forget the password, links and sessions of an account: who decided on it gives it new ones.

    Else whoever added the account could have kept its link for himself.
    """
    account.password_hash = None
    session.execute(delete(PasswordLink).where(PasswordLink.account_id == account.id))
    end_sessions(session, account.id)
    note(session, actor, "ways_in_closed", account)


def redeem(
    session: Session, token: str, password: str, *, safeguards: Safeguards, now: datetime
) -> Account:
    """Set the password by a link, which is used up. A second factor stays as it is.

    Raises Refused for a link that is not good, BadInput for a password that is not.
    """
    account = account_behind(session, token, now)
    used = account and session.scalar(
        delete(PasswordLink)
        .where(PasswordLink.token_hash == digest(token))
        .returning(PasswordLink.account_id)
    )
    if account is None or not used:
        raise Refused("This link is good no more; ask for another one.")
    set_password(session, account, password, safeguards=safeguards, now=now, actor=itself(account))
    return account
