"""The directory as it is asked for: one page of it, or all ids, under search, filters and a day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from alliance.core.errors import BadInput
from alliance.core.reads import Read
from alliance.core.text import fold, separated
from alliance.directory.queries.matches import Matches, matches
from alliance.directory.queries.search import LookUp, current_version, look_up
from alliance.directory.queries.snapshots import (
    DirectoryState,
    directory_state,
    labels_of_country,
    labels_of_sector,
)
from alliance.directory.rules.searching import (
    SORTS,
    DirectoryCriteria,
    MatchedOn,
    SearchQuery,
    likeness,
    matched_on,
    parse_query,
)
from alliance.directory.rules.snapshot import Selection

_ROWS = Read("""
    SELECT organisation_id AS id, slug, name, language, category, country, sector_ids, summary,
        logo, joined_on, joined_precision, is_at_latest,
        nullif(other_names, '[]') AS other_names,
        CASE WHEN periods <> multirange(range_merge(periods)) THEN document -> 'memberships' END
    FROM listings WHERE organisation_id = ANY(CAST(:ids AS bigint[]))
""")


class DirectoryRow(NamedTuple):
    """One organisation in a list; public values only. `other_names` are (kind, text, language).

    `joined_on` begins the membership of the day that is asked for, for who left and came back.
    """

    id: int
    slug: str
    name: str
    language: str | None
    category: str
    country: str | None
    sector_ids: Sequence[int]
    summary: str | None
    logo: str | None
    joined_on: date
    joined_precision: str
    is_at_latest: bool
    other_names: Sequence[tuple[str, str, str | None]]
    matched_on: MatchedOn | None


@dataclass(frozen=True)
class OpenedDirectory:
    """The directory as one request sees it, with what its query found there."""

    state: DirectoryState
    query: SearchQuery
    found: LookUp | None


@dataclass(frozen=True)
class DirectoryPage:
    """A page of the directory.

    facets: per facet ("category", "region", "country", "sector") and value as it stands in
    addresses, how many would be found with it; each facet respects the choices in the others.
    `bits` are all organisations found, for `state.snapshot`. When nothing matched as written,
    `is_approximate` says that the rows are only alike, and `suggestion` is the best of them.
    """

    state: DirectoryState
    criteria: DirectoryCriteria
    rows: Sequence[DirectoryRow]
    total: int
    pages: int
    facets: Mapping[str, Mapping[str, int]]
    bits: int
    is_approximate: bool
    suggestion: str | None


def open_directory(session: Session, q: str = "") -> OpenedDirectory:
    """Look a query up and see which version of the directory stands, in one statement.

    Raises BadInput (field "q") for a query that cannot be searched for.
    """
    query = parse_query(q)
    found = look_up(session, query) if query.tokens else None
    version = found.version if found else current_version(session)
    return OpenedDirectory(directory_state(session, version), query, found)


def find_page(
    session: Session, criteria: DirectoryCriteria, *, opened: OpenedDirectory | None = None
) -> DirectoryPage:
    """The page that is asked for, in at most three statements, two of them without a misspelling.

    `opened` saves one statement when the caller opened the directory with the same query. A page
    beyond the last has no rows. Raises BadInput with the parameter's name for values that do not
    exist.
    """
    opened = opened or open_directory(session, criteria.q)
    state = opened.state
    selection = selection_of(state, criteria)
    listed = state.snapshot.listed(criteria.as_of)
    found = matches(session, state, opened.query, opened.found, listed)
    bits = state.snapshot.filter(selection, found.bits)
    offset = (criteria.page - 1) * criteria.per_page
    ids = found.page(state.snapshot, bits, criteria.sort, offset, criteria.per_page)
    rows = _rows(session, ids, opened, found, criteria.as_of) if ids else []
    total = bits.bit_count()
    return DirectoryPage(
        state=state,
        criteria=criteria,
        rows=rows,
        total=total,
        pages=-(-total // criteria.per_page),
        facets=_facets(state, selection, found.bits),
        bits=bits,
        is_approximate=found.is_approximate,
        suggestion=found.suggestion,
    )


def ids_for(
    session: Session, criteria: DirectoryCriteria, *, opened: OpenedDirectory | None = None
) -> list[int]:
    """All organisations that are asked for, on whatever page, in the order that is asked for."""
    opened = opened or open_directory(session, criteria.q)
    bits, found = _asked_for(session, criteria, opened)
    snapshot = opened.state.snapshot
    return found.page(snapshot, bits, criteria.sort, 0, snapshot.size)


def ids_after(
    session: Session,
    criteria: DirectoryCriteria,
    *,
    after: int,
    limit: int,
    opened: OpenedDirectory | None = None,
) -> list[int]:
    """The next organisations that are asked for by id, for readers that go through all of them."""
    opened = opened or open_directory(session, criteria.q)
    bits, _ = _asked_for(session, criteria, opened)
    return opened.state.snapshot.page_after(bits, after, limit)


def selection_of(state: DirectoryState, criteria: DirectoryCriteria) -> Selection:
    """The chosen values as the snapshot knows them. Raises BadInput for one that does not exist."""
    lists = state.reference
    _check(criteria.categories, lists.categories, "category")
    _check(criteria.regions, state.region_codes, "region")
    _check(criteria.countries, lists.countries, "country")
    _check(criteria.sectors, state.sector_ids, "sector")
    if criteria.sort not in SORTS:
        raise BadInput(f"Sort by one of {', '.join(SORTS)}.", field="sort")
    if criteria.page < 1 or criteria.per_page < 1:
        raise BadInput("Pages are counted from 1.", field="page")
    return Selection(
        category=frozenset(criteria.categories),
        region=frozenset(state.region_codes[slug] for slug in criteria.regions),
        country=frozenset(criteria.countries),
        sector=frozenset(state.sector_ids[slug] for slug in criteria.sectors),
    )


def _check(chosen: Iterable[str], known: Mapping[str, Any], field: str) -> None:
    for value in chosen:
        if value not in known:
            raise BadInput(
                f"There is no {field} “{value[:40]}”; choose one from the list.", field=field
            )


def _asked_for(
    session: Session, criteria: DirectoryCriteria, opened: OpenedDirectory
) -> tuple[int, Matches]:
    state = opened.state
    listed = state.snapshot.listed(criteria.as_of)
    found = matches(session, state, opened.query, opened.found, listed)
    return state.snapshot.filter(selection_of(state, criteria), found.bits), found


def _facets(state: DirectoryState, selection: Selection, base: int) -> dict[str, Mapping[str, int]]:
    counts: dict[str, Any] = state.snapshot.facet_counts(selection, base)
    regions, sectors = state.reference.regions, state.reference.sectors
    return {
        "category": counts["category"],
        "region": {
            regions[code].slug: count
            for code, count in counts["region"].items()
            if regions[code].parent is None
        },
        "country": counts["country"],
        "sector": {sectors[id].slug: count for id, count in counts["sector"].items()},
    }


def _rows(
    session: Session, ids: Sequence[int], opened: OpenedDirectory, found: Matches, day: date
) -> list[DirectoryRow]:
    state, query = opened.state, opened.query
    by_id = {row[0]: row for row in _ROWS.rows(session, ids=ids)}
    # What the name says itself needs no reason; most results of a search are of this kind.
    unexplained = set(state.snapshot.ids(state.snapshot.bits_of(ids) & ~found.named))
    rows = []
    for id in ids:
        if (values := by_id.get(id)) is None:
            continue
        *own, other_names, memberships = values
        row = DirectoryRow._make([*own, other_names or (), None])
        if memberships is not None:
            row = row._replace(**_joined(memberships, day))
        if id in unexplained:
            reason = _reason(state, query, row, is_approximate=found.is_approximate)
            row = row._replace(matched_on=reason)
        rows.append(row)
    return rows


def _joined(memberships: Sequence[Mapping[str, Any]], day: date) -> dict[str, Any]:
    """How the membership that covers `day`, else the first one, began."""
    first, *_ = [
        one for one in memberships if one["ended_on"] is None or one["ended_on"] > day.isoformat()
    ] or memberships
    return {
        "joined_on": date.fromisoformat(first["joined_on"]),
        "joined_precision": first["precision"],
        "is_at_latest": first["is_at_latest"],
    }


def _reason(
    state: DirectoryState,
    query: SearchQuery,
    row: DirectoryRow,
    *,
    is_approximate: bool,
) -> MatchedOn | None:
    if is_approximate:
        return _most_alike(query, row)
    reason = matched_on(query, row.name, _reasons(state, row))
    return reason or MatchedOn("description", "")


def _reasons(state: DirectoryState, row: DirectoryRow) -> Iterator[MatchedOn]:
    lists = state.reference
    for kind, name, _ in row.other_names:
        yield MatchedOn(kind, name)
    country = lists.countries.get(row.country or "")
    if country is not None:
        for label in labels_of_country(country):
            yield MatchedOn("country", label)
        region = lists.regions.get(country.region) if country.region is not None else None
        while region is not None:
            for label in region.names.values():
                yield MatchedOn("region", label)
            region = lists.regions.get(region.parent) if region.parent is not None else None
    for sector in row.sector_ids:
        for above in lists.with_ancestors(sector):
            for label in labels_of_sector(lists.sectors[above]):
                yield MatchedOn("sector", label)
    if row.summary:
        yield MatchedOn("description", row.summary)


def _most_alike(query: SearchQuery, row: DirectoryRow) -> MatchedOn | None:
    best = likeness(query.folded, separated(fold(row.name)))
    reason = None
    for kind, name, _ in row.other_names:
        alike = likeness(query.folded, separated(fold(name)))
        if alike > best:
            best, reason = alike, MatchedOn(kind, name)
    return reason
