"""What follows from what, and the only place that commits."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from alliance.audit.operations import advance, seal
from alliance.core.events import Event, collect, forget
from alliance.directory.events import (
    DirectoryChanged,
    PeopleChanged,
    RecordsRemoved,
    RecordsSaved,
)

# What each transaction touched, gathered until its commit: kind of record -> id -> what was done.
_Touched = dict[str, dict[int, str]]
_TOUCHED = "alliance.touched"


def _touched(session: Session) -> _Touched:
    found: _Touched = session.info.setdefault(_TOUCHED, defaultdict(dict))
    return found


def _tell_of_saved(session: Session, event: RecordsSaved) -> None:
    _touched(session)[event.kind].update(dict.fromkeys(event.ids, "saved"))


def _tell_of_removed(session: Session, event: RecordsRemoved) -> None:
    _touched(session)[event.kind].update(dict.fromkeys(event.ids, "removed"))


def _tell_of_people(session: Session, event: PeopleChanged) -> None:
    told = _touched(session)["organisation"]
    for id in event.organisation_ids:
        told.setdefault(id, "people")


def _tell_the_public(session: Session, _: DirectoryChanged) -> None:
    session.info[_TOUCHED + ".public"] = True


REACTIONS: Mapping[type[Event], tuple[Callable[[Session, Any], None], ...]] = {
    RecordsSaved: (_tell_of_saved,),
    RecordsRemoved: (_tell_of_removed,),
    PeopleChanged: (_tell_of_people,),
    DirectoryChanged: (_tell_the_public,),
}


def commit(session: Session) -> None:
    """Work off what was announced, then commit. When anything fails, nothing is stored.

    Clocks are set and the history is sealed last, always in this order: each holds back other
    writers until the commit, and two that took them crosswise would wait for each other.
    """
    try:
        for event in collect(session):
            for reaction in REACTIONS.get(type(event), ()):
                reaction(session, event)
        touched: _Touched = session.info.pop(_TOUCHED, {})
        if touched:
            advance(session, "workspace", touched)
        if session.info.pop(_TOUCHED + ".public", False):
            advance(session, "directory")
        seal(session)
        session.commit()
    except BaseException:
        abandon(session)
        raise


def abandon(session: Session) -> None:
    """Roll back and forget what was announced."""
    forget(session)
    session.info.pop(_TOUCHED, None)
    session.info.pop(_TOUCHED + ".public", None)
    session.rollback()
