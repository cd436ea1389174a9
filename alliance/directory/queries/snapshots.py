"""The directory as each process keeps it in memory: bits, closed lists and their labels."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from alliance.core.db import READS_ONLY
from alliance.core.reads import Read
from alliance.core.settings import AllianceSettings, alliance_settings
from alliance.core.text import fold
from alliance.directory.queries.reference import reference
from alliance.directory.queries.search import Version, current_version
from alliance.directory.rules.labels import LabelIndex
from alliance.directory.rules.reference import CountryTerm, Reference, SectorTerm
from alliance.directory.rules.snapshot import DirectorySnapshot, SnapshotRow

_DATABASES_KEPT: Final = 2
_FETCHED_AT_ONCE: Final = 5_000

# Most were members once and for one stretch; taking every multirange apart would cost three times
# as much.
_ROWS = Read("""
    SELECT sort_key, organisation_id, category, country, sector_ids, joined_on, lower(periods),
        upper(periods),
        CASE WHEN periods <> multirange(range_merge(periods)) THEN ARRAY(
            SELECT ARRAY[lower(period), upper(period)]::date[] FROM unnest(periods) AS period
        ) END
    FROM listings WHERE (sort_key, organisation_id) > (:sort_key, :organisation_id)
    ORDER BY sort_key, organisation_id LIMIT :limit
""")
_NAMED_LIKE_THEIR_COUNTRY = Read("""
    SELECT organisation_id
    FROM unnest(CAST(:countries AS text[]), CAST(:names AS text[])) AS known(country, folded)
    JOIN listings USING (country, folded)
""")


@dataclass(frozen=True)
class _Bits:
    """What is read of the organisations themselves."""

    snapshot: DirectorySnapshot
    states: int
    countries: LabelIndex[str]
    regions: LabelIndex[int]
    sectors: LabelIndex[int]


class DirectoryState:
    """One version of the directory, ready to be asked; shared by all threads, changed by none.

    `settings` are the alliance's own. `sector_ids` and `region_codes` are by slug. Organisations
    are read when they are first asked for: pages that need only lists and settings, as most of the
    workspace, do not wait for them after each change.
    """

    def __init__(
        self,
        version: Version,
        lists: Reference,
        settings: AllianceSettings,
        read: Callable[[], _Bits],
    ) -> None:
        """`read` fetches the organisations; it is called once, by one thread."""
        self.version = version
        self.reference = lists
        self.settings = settings
        self.sector_ids: Mapping[str, int] = {one.slug: id for id, one in lists.sectors.items()}
        self.region_codes: Mapping[str, int] = {
            one.slug: code for code, one in lists.regions.items()
        }
        self._read = read
        self._found: _Bits | None = None
        self._reading = Lock()

    @property
    def snapshot(self) -> DirectorySnapshot:
        """All organisations as bits."""
        return self._bits().snapshot

    @property
    def states(self) -> int:
        """The bits of organisations that are called like their country."""
        return self._bits().states

    @property
    def countries(self) -> LabelIndex[str]:
        """Countries by the words of their labels."""
        return self._bits().countries

    @property
    def regions(self) -> LabelIndex[int]:
        """Regions by the words of their labels."""
        return self._bits().regions

    @property
    def sectors(self) -> LabelIndex[int]:
        """Sectors by the words of their labels."""
        return self._bits().sectors

    def _bits(self) -> _Bits:
        if self._found is None:
            with self._reading:
                if self._found is None:
                    self._found = self._read()
        return self._found


_kept: dict[Any, DirectoryState] = {}
_lock = Lock()


def present(session: Session) -> DirectoryState:
    """The directory as it is now; one statement while this process knows the present version."""
    return directory_state(session, current_version(session))


def directory_state(session: Session, version: Version) -> DirectoryState:
    """The directory of this version, from memory when this process has it, else read anew."""
    url = session.get_bind().engine.url
    database = (url.host, url.port, url.database)
    known = _kept.get(database)
    if known is None or known.version != version:
        # One thread reads; the others wait for what it brings.
        with _lock:
            known = _kept.get(database)
            if known is None or known.version != version:
                known = _read(session, version)
                _kept.pop(database, None)
                while len(_kept) >= _DATABASES_KEPT:
                    _kept.pop(next(iter(_kept)))
                _kept[database] = known
    return known


def _read(session: Session, version: Version) -> DirectoryState:
    lists = reference(session)
    bind = session.get_bind()

    def read() -> _Bits:
        # Perhaps in another request than the one that found the version, so in its own session.
        with Session(bind, join_transaction_mode="create_savepoint") as own:
            own.info[READS_ONLY] = isinstance(bind, Engine)
            return _read_bits(own, version, lists)

    return DirectoryState(version, lists, alliance_settings(session), read)


def _read_bits(session: Session, version: Version, lists: Reference) -> _Bits:
    snapshot = DirectorySnapshot(
        _rows(session),
        version=version.number,
        regions_of={
            code: tuple(_region_and_above(lists, country.region))
            for code, country in lists.countries.items()
        },
        parent_of={id: sector.parent for id, sector in lists.sectors.items()},
    )
    return _Bits(
        snapshot=snapshot,
        states=snapshot.bits_of(_states(session, lists)),
        countries=_country_labels(
            tuple((code, labels_of_country(one)) for code, one in lists.countries.items())
        ),
        regions=LabelIndex((code, region.names.values()) for code, region in lists.regions.items()),
        sectors=LabelIndex((id, labels_of_sector(one)) for id, one in lists.sectors.items()),
    )


def _states(session: Session, lists: Reference) -> list[int]:
    named = {
        (code, fold(label))
        for code, country in lists.countries.items()
        for label in labels_of_country(country)
    }
    return _NAMED_LIKE_THEIR_COUNTRY.column(
        session, countries=[code for code, _ in named], names=[name for _, name in named]
    )


def labels_of_country(country: CountryTerm) -> tuple[str, ...]:
    """Everything a country is called, in all languages, its code last."""
    return (*country.names.values(), *country.aliases, country.code)


def labels_of_sector(sector: SectorTerm) -> tuple[str, ...]:
    """Everything a sector is called, in all languages."""
    return (*sector.names.values(), *sector.aliases)


@lru_cache(maxsize=1)
def _country_labels(labels: tuple[tuple[str, tuple[str, ...]], ...]) -> LabelIndex[str]:
    """Country names hardly ever change, and their words take longer to make than all bits."""
    return LabelIndex(labels)


def _region_and_above(lists: Reference, code: int | None) -> Iterator[int]:
    seen: set[int] = set()
    while code is not None and code in lists.regions and code not in seen:
        seen.add(code)
        yield code
        code = lists.regions[code].parent


def _rows(session: Session) -> Iterator[SnapshotRow]:
    # In parts, so that the whole of a large directory never lies in memory twice. What changes
    # meanwhile gets a newer version, and is read again with it.
    last: dict[str, Any] = {"sort_key": "", "organisation_id": 0}
    while True:
        part = _ROWS.rows(session, **last, limit=_FETCHED_AT_ONCE)
        for _, id, category, country, sector_ids, joined_on, first, after_last, stretches in part:
            periods: list[tuple[date, date | None]] = []
            if stretches is not None:
                periods = [(start, end) for start, end in stretches]
            elif first is not None:
                periods = [(first, after_last)]
            yield SnapshotRow(id, category, country, sector_ids, joined_on, periods)
        if len(part) < _FETCHED_AT_ONCE:
            return
        last = {"sort_key": part[-1][0], "organisation_id": part[-1][1]}
