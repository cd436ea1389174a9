"""Beginning, renewing and ending sign-ins."""

import secrets
from datetime import datetime

from sqlalchemy import CursorResult, delete, insert, update
from sqlalchemy.orm import Session

from alliance.accounts.models import AccountSession
from alliance.accounts.queries.sessions import SignedIn, digest
from alliance.accounts.rules.sessions import ABSOLUTE, SECOND_STEP, SEEN_EVERY, short_user_agent

_TOKEN_BYTES = 32


def begin_session(
    session: Session, account_id: int, *, now: datetime, user_agent: str, is_whole: bool = True
) -> str:
    """Sign an account in, or keep its place until the second factor; returns the new token."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.execute(
        insert(AccountSession).values(
            token_hash=digest(token),
            account_id=account_id,
            is_whole=is_whole,
            created_at=now,
            last_seen_at=now,
            confirmed_at=now,
            expires_at=now + (ABSOLUTE if is_whole else SECOND_STEP),
            user_agent=short_user_agent(user_agent),
        )
    )
    return token


def renew_session(session: Session, session_id: int, *, now: datetime) -> str:
    """Give a session a new token after a proof of who holds it; returns the token."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.execute(
        update(AccountSession)
        .where(AccountSession.id == session_id)
        .values(token_hash=digest(token), confirmed_at=now, last_seen_at=now)
    )
    return token


def note_seen(session: Session, account: SignedIn, now: datetime) -> None:
    """Remember that a session is in use, at most once a minute."""
    if now - account.last_seen_at < SEEN_EVERY:
        return
    session.execute(
        update(AccountSession)
        .where(AccountSession.id == account.session_id)
        .values(last_seen_at=now)
        .execution_options(synchronize_session=False)
    )


def end_session(session: Session, session_id: int, *, account_id: int) -> bool:
    """End one session of an account; returns whether there was one."""
    return _end(session, AccountSession.id == session_id, AccountSession.account_id == account_id)


def end_sessions(session: Session, account_id: int, *, but: int | None = None) -> int:
    """End all sessions of an account, also those that wait for a factor, except `but`."""
    conditions = [AccountSession.account_id == account_id]
    if but is not None:
        conditions.append(AccountSession.id != but)
    return _end_count(session, *conditions)


def _end(session: Session, *conditions: object) -> bool:
    return _end_count(session, *conditions) > 0


def _end_count(session: Session, *conditions: object) -> int:
    done = session.execute(
        delete(AccountSession)
        .where(*conditions)  # type: ignore[arg-type]
        .execution_options(synchronize_session=False)
    )
    assert isinstance(done, CursorResult)
    return done.rowcount
