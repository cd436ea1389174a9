"""Throwing away what is over: ended sessions, worked-off submissions, old counts and links."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import Session

from alliance.accounts.models import AccountSession, Factor, PasswordLink, Submission, Tally
from alliance.accounts.rules.sessions import IDLE

SUBMISSIONS_KEPT: Final = timedelta(hours=24)
_SET_UPS_KEPT: Final = timedelta(days=1)


def tidy_accounts(session: Session, now: datetime) -> Mapping[str, int]:
    """Remove what nobody can use any more; returns how many of what."""
    over: dict[str, tuple[type[Any], Any]] = {
        "sessions": (
            AccountSession,
            (AccountSession.expires_at <= now) | (AccountSession.last_seen_at <= now - IDLE),
        ),
        "password links": (PasswordLink, PasswordLink.expires_at <= now),
        "unfinished factors": (
            Factor,
            Factor.proved_at.is_(None) & (Factor.created_at <= now - _SET_UPS_KEPT),
        ),
        "submissions": (Submission, Submission.at <= now - SUBMISSIONS_KEPT),
        "counts of tries": (Tally, Tally.ends_at <= now),
    }
    return {name: _removed(session, table, which) for name, (table, which) in over.items()}


def _removed(session: Session, table: type[Any], which: Any) -> int:
    done = session.execute(delete(table).where(which).execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    return done.rowcount
