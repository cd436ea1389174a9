"""What has happened inside a transaction, kept until the one commit works it off."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

_KEY = "alliance.events"


class Event:
    """Base of what features announce; subclasses are frozen dataclasses named in the past tense."""


def announce(session: Session, event: Event) -> None:
    """Remember that `event` has happened in this transaction; equal events count once."""
    waiting: dict[Event, None] = session.info.setdefault(_KEY, {})
    waiting[event] = None


def collect(session: Session) -> Iterator[Event]:
    """Hand out the announced events, oldest first, also those announced meanwhile."""
    waiting: dict[Event, None] = session.info.setdefault(_KEY, {})
    while waiting:
        event = next(iter(waiting))
        del waiting[event]
        yield event


def forget(session: Session) -> None:
    """Drop all announcements, as when the transaction is rolled back."""
    session.info.pop(_KEY, None)
