"""All people as each process keeps them: brought up to date by what was touched since."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, Final

from sqlalchemy.orm import Session

from alliance.audit.queries import changes_after
from alliance.core.reads import Read
from alliance.directory.queries.search import Version
from alliance.directory.rules.people_desk import PeopleRow, PeopleSnapshot, Unknown

_DATABASES_KEPT: Final = 2
_FETCHED_AT_ONCE: Final = 10_000
# Beyond these, reading everything anew is quicker.
_MOST_CHANGES: Final = 40_000
_MOST_TOUCHED: Final = 20_000
# Up to so many, each is put in its place; beyond, the order is read anew.
_MOST_MOVED: Final = 50

# Whoever is at position 0 among the addresses is written to.
_ROWS = """
    SELECT c.id, c.language, first.state,
        CASE WHEN c.delete_on IS NOT NULL THEN 'deleted'
            WHEN c.archived_on IS NOT NULL THEN 'archived' ELSE 'current' END,
        works.roles, works.categories, works.countries
    FROM ({contacts}) AS c
    LEFT JOIN contact_addresses AS first ON first.contact_id = c.id AND first.position = 0
    LEFT JOIN LATERAL (
        SELECT array_agg(w.role) AS roles, array_agg(o.category) AS categories,
            array_agg(o.country) FILTER (WHERE o.country IS NOT NULL) AS countries
        FROM affiliations AS w JOIN organisations AS o ON o.id = w.organisation_id
        WHERE w.contact_id = c.id AND o.delete_on IS NULL
            AND (w.ended_on IS NULL OR w.ended_on > :today)
            AND (w.started_on IS NULL OR w.started_on <= :today)
    ) AS works ON true
    ORDER BY c.id
"""
_PART = Read(
    _ROWS.format(contacts="SELECT * FROM contacts WHERE id > :after ORDER BY id LIMIT :limit")
)
_SOME = Read(_ROWS.format(contacts="SELECT * FROM contacts WHERE id = ANY(CAST(:ids AS bigint[]))"))
_ORDER = Read("SELECT contact_id FROM contact_order ORDER BY sort_key, contact_id")
_PLACES = Read("""
    SELECT k.contact_id, (SELECT p.contact_id FROM contact_order AS p
        WHERE (p.sort_key, p.contact_id) < (k.sort_key, k.contact_id)
        ORDER BY p.sort_key DESC, p.contact_id DESC LIMIT 1)
    FROM contact_order AS k WHERE k.contact_id = ANY(CAST(:ids AS bigint[]))
    ORDER BY k.sort_key, k.contact_id
""")
_WORKING_AT = Read("""
    SELECT DISTINCT contact_id FROM affiliations
    WHERE organisation_id = ANY(CAST(:ids AS bigint[])) LIMIT :most
""")


@dataclass(frozen=True)
class PeopleState:
    """One version of all people on one day."""

    version: Version
    snapshot: PeopleSnapshot


_kept: dict[Any, PeopleState] = {}
_lock = Lock()


def forget() -> None:
    """Read everything anew the next time, as after a database was put back."""
    _kept.clear()


def people_state(session: Session, version: Version, today: date) -> PeopleState:
    """All people as of this version, from memory, or from memory and what was touched since."""
    url = session.get_bind().engine.url
    database = (url.host, url.port, url.database)
    known = _kept.get(database)
    if known is None or (known.version, known.snapshot.today) != (version, today):
        # One thread reads; the others wait for what it brings.
        with _lock:
            known = _kept.get(database)
            if known is None or (known.version, known.snapshot.today) != (version, today):
                snapshot = _refreshed(session, known, version, today) or _anew(session, today)
                known = PeopleState(version, snapshot)
                _kept.pop(database, None)
                while len(_kept) >= _DATABASES_KEPT:
                    _kept.pop(next(iter(_kept)))
                _kept[database] = known
    return known


def _anew(session: Session, today: date) -> PeopleSnapshot:
    return PeopleSnapshot.full(today, _rows(session, today), _ORDER.column(session))


def _rows(session: Session, today: date) -> Iterator[PeopleRow]:
    # In parts, so that half a million rows never lie in memory at once. What changes meanwhile
    # gets a newer version, and is read again with it.
    after = 0
    while True:
        part = _PART.rows(session, today=today, after=after, limit=_FETCHED_AT_ONCE)
        for row in part:
            yield PeopleRow(*row)
        if len(part) < _FETCHED_AT_ONCE:
            return
        after = part[-1][0]


def _refreshed(
    session: Session, known: PeopleState | None, version: Version, today: date
) -> PeopleSnapshot | None:
    """The snapshot brought up to date; None where reading all anew is better, or all there is."""
    if known is None or known.snapshot.today != today:
        return None
    if version.number <= known.version.number:
        return None
    touched = _touched(session, known.version.number)
    if touched is None:
        return None
    if not touched:
        return known.snapshot
    ids = sorted(touched)
    rows = [PeopleRow(*row) for row in _SOME.rows(session, today=today, ids=ids)]
    try:
        if len(ids) > _MOST_MOVED:
            return known.snapshot.refreshed(rows, touched, order=_ORDER.column(session))
        places = [(row[0], row[1]) for row in _PLACES.rows(session, ids=ids)]
        return known.snapshot.refreshed(rows, touched, places=places)
    except (Unknown, ValueError):
        return None


def _touched(session: Session, version: int) -> Collection[int] | None:
    """Who may have changed since a version; None when too many, or when nobody can tell."""
    changes = changes_after(session, version, limit=_MOST_CHANGES + 1)
    # An affiliation that was removed does not say any more whose it was.
    if len(changes) > _MOST_CHANGES or any(
        (one.kind, one.action) == ("affiliation", "removed") for one in changes
    ):
        return None
    touched = {one.id for one in changes if one.kind == "contact"}
    places: Sequence[int] = sorted({one.id for one in changes if one.kind == "organisation"})
    if places:
        touched.update(_WORKING_AT.column(session, ids=places, most=_MOST_TOUCHED + 1))
    return touched if len(touched) <= _MOST_TOUCHED else None
