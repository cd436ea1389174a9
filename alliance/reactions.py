"""What follows from what, and the only place that commits."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from alliance.audit.operations import advance
from alliance.core.events import Event, collect, forget
from alliance.directory.events import DirectoryChanged


def _tell_readers(session: Session, _: DirectoryChanged) -> None:
    advance(session, "directory")


REACTIONS: Mapping[type[Event], tuple[Callable[[Session, Any], None], ...]] = {
    DirectoryChanged: (_tell_readers,),
}


def commit(session: Session) -> None:
    """Work off what was announced, then commit. When anything fails, nothing is stored."""
    try:
        for event in collect(session):
            for reaction in REACTIONS.get(type(event), ()):
                reaction(session, event)
        session.commit()
    except BaseException:
        abandon(session)
        raise


def abandon(session: Session) -> None:
    """Roll back and forget what was announced."""
    forget(session)
    session.rollback()
