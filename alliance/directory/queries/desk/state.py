"""The secretariat's snapshot as each process keeps it: brought up to date by what was touched."""

import gc
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, Final

from sqlalchemy.orm import Session

from alliance.audit.queries import changes_after
from alliance.core.reads import Read
from alliance.directory.queries.desk.loading import load
from alliance.directory.queries.reference import reference
from alliance.directory.queries.search import Version
from alliance.directory.queries.snapshots import labels_of_country, labels_of_sector
from alliance.directory.rules.desk import DeskSnapshot
from alliance.directory.rules.desk_facets import DeskFacets
from alliance.directory.rules.labels import LabelIndex
from alliance.directory.rules.reference import Reference

_DATABASES_KEPT: Final = 2
# Beyond this, reading everything anew is quicker.
_MOST_TOUCHED: Final = 4_000
_RECORDS: Final = frozenset({"organisation", "contact", "affiliation", "note"})

_CURRENT_VERSION = Read("""
    SELECT coalesce(sum(version), 0)::bigint, coalesce(max(xmin::text::bigint), 0)
    FROM history_clock WHERE subject = 'workspace'
""")


@dataclass(frozen=True)
class DeskLists:
    """The closed lists, with the words by which countries and sectors are found."""

    reference: Reference
    countries: LabelIndex[str]
    sectors: LabelIndex[int]


@dataclass(frozen=True)
class DeskState:
    """One version of all organisations; shared by all threads, changed by none."""

    version: Version
    snapshot: DeskSnapshot
    lists: DeskLists

    def facets(self, today: date) -> DeskFacets:
        """The facets on a day, made once a version and day."""
        known = _facets.get(id(self))
        if known is None or known[0] is not self or known[1].today != today:
            known = (self, DeskFacets(self.snapshot, today, self.lists.reference))
            while len(_facets) >= _DATABASES_KEPT * 2:
                _facets.pop(next(iter(_facets)), None)
            _facets[id(self)] = known
        return known[1]


_facets: dict[int, tuple[DeskState, DeskFacets]] = {}
_kept: dict[Any, DeskState] = {}
_lock = Lock()


def forget() -> None:
    """Read everything anew the next time, as after a database was put back."""
    _kept.clear()
    _facets.clear()


def current_desk_version(session: Session) -> Version:
    """The state that the organisations are in now."""
    return Version(*_CURRENT_VERSION.first(session))


def desk_state(session: Session, version: Version | None = None) -> DeskState:
    """All organisations as of this version, from memory, or from memory and what was touched.

    version: the present one, where the caller has read it along with something else.
    """
    version = version or current_desk_version(session)
    url = session.get_bind().engine.url
    database = (url.host, url.port, url.database)
    known = _kept.get(database)
    if known is None or known.version != version:
        # One thread reads; the others wait for what it brings.
        with _lock:
            known = _kept.get(database)
            if known is None or known.version != version:
                known = _next(session, known, version)
                _kept.pop(database, None)
                while len(_kept) >= _DATABASES_KEPT:
                    _kept.pop(next(iter(_kept)))
                _kept[database] = known
    return known


def _next(session: Session, known: DeskState | None, version: Version) -> DeskState:
    if known is None or version.number <= known.version.number:
        return _anew(session, version)
    rows = changes_after(session, known.version.number, limit=_MOST_TOUCHED + 1)
    if len(rows) > _MOST_TOUCHED:
        return _anew(session, version)
    touched = {row.id for row in rows if row.kind == "organisation"}
    lists = known.lists
    if any(row.kind not in _RECORDS for row in rows) or not rows:
        lists = _lists(session)
    snapshot = known.snapshot
    if touched:
        snapshot = snapshot.refreshed(load(session, sorted(touched)), touched)
    return DeskState(version, snapshot, lists)


def _anew(session: Session, version: Version) -> DeskState:
    # Half of the time would go into looking for circles among a million rows that hold none.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        snapshot = DeskSnapshot.full(load(session))
    finally:
        if was_enabled:
            gc.enable()
    return DeskState(version, snapshot, _lists(session))


def _lists(session: Session) -> DeskLists:
    known = reference(session)
    countries: Mapping[str, tuple[str, ...]] = {
        code: labels_of_country(term) for code, term in known.countries.items()
    }
    return DeskLists(
        known,
        LabelIndex(countries.items()),
        LabelIndex((id, labels_of_sector(term)) for id, term in known.sectors.items()),
    )
