"""The list of people: who matches words and filters, in order, with counts by facet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any, Final

from sqlalchemy.orm import Session

from alliance.core.reads import Read
from alliance.core.text import LONGEST_WORD
from alliance.directory.queries.people_state import people_state
from alliance.directory.queries.search import Version
from alliance.directory.rules.desk_words import ADDRESS, NAME
from alliance.directory.rules.people_desk import CURRENT, DELETED, FACETS, NONE, PeopleSnapshot
from alliance.directory.rules.records import AddressState
from alliance.directory.rules.searching import parse_query

SORTS: Final = ("name", "added")
ADDRESS_STATES: Final[Sequence[str]] = (*(one.value for one in AddressState), NONE)
# No word holds this character, the last of all, so it ends every stretch of words that begin alike.
_LAST: Final = "\U0010ffff"

_LOOK_UP = Read("""
    SELECT 0 AS at, ARRAY[
        coalesce(sum(version), 0)::bigint, coalesce(max(xmin::text::bigint), 0)
    ] AS ids FROM history_clock WHERE subject = 'workspace'
    UNION ALL
    SELECT typed.at, array_agg(found.contact_id)
    FROM unnest(CAST(:words AS text[]), CAST(:ends AS text[]))
        WITH ORDINALITY AS typed(word, word_end, at)
    JOIN contact_words AS found ON found.word >= typed.word AND found.word < typed.word_end
        AND found.kind = ANY(CAST(:kinds AS int[]))
    GROUP BY 1
""")
_SHOWN = Read("""
    SELECT c.id, c.name, c.latin_name, c.language, c.archived_on, c.delete_on,
        first.email, first.state, works.found, coalesce(works.places, 0)
    FROM unnest(CAST(:ids AS bigint[])) WITH ORDINALITY AS wanted(id, place)
    JOIN contacts AS c ON c.id = wanted.id
    LEFT JOIN LATERAL (SELECT e.email, e.state FROM contact_addresses AS e
        WHERE e.contact_id = c.id ORDER BY e.position, e.email LIMIT 1) AS first ON true
    LEFT JOIN LATERAL (SELECT json_agg(json_build_array(o.id, o.name, o.language, w.role)
            ORDER BY w.started_on DESC NULLS LAST, w.id) AS found, count(*) AS places
        FROM affiliations AS w JOIN organisations AS o ON o.id = w.organisation_id
        WHERE w.contact_id = c.id AND o.delete_on IS NULL
            AND (w.ended_on IS NULL OR w.ended_on > :today)
            AND (w.started_on IS NULL OR w.started_on <= :today)) AS works ON true
    ORDER BY wanted.place
""")


@dataclass(frozen=True)
class PeopleCriteria:
    """What is asked of the list. `chosen`: facet to values; `excepted`: facets that are negated.

    Archived people are found only by the facet "state", deleted ones only if `with_deleted`
    besides. with_addresses: words of addresses are looked up, too. `page` counts from 1.
    """

    today: date
    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    excepted: frozenset[str] = frozenset()
    sort: str = "name"
    is_backward: bool = False
    page: int = 1
    per_page: int = 50
    with_deleted: bool = False
    with_addresses: bool = False


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """One person in the list, with the first three places of work and how many there are.

    works: (organisation's id, its name, its language, role). email, address_state: of the address
    that is written to; the caller leaves them out for those who may not see them.
    """

    id: int
    name: str
    latin_name: str | None
    language: str | None
    archived_on: date | None
    delete_on: date | None
    email: str | None
    address_state: str | None
    works: tuple[tuple[int, str, str | None, str], ...]
    places: int


@dataclass(frozen=True)
class OpenedPeople:
    """All people as one request sees them, and as bits those whom its words find."""

    snapshot: PeopleSnapshot
    named: int


def open_people(session: Session, criteria: PeopleCriteria) -> OpenedPeople:
    """Look the words up and see which version stands, in one statement.

    Raises BadInput (field "q") for a query that cannot be searched for.
    """
    query = parse_query(criteria.q)
    words = [word[:LONGEST_WORD] for word in query.words]
    (_, (number, written_by)), *found = _LOOK_UP.rows(
        session,
        words=words,
        ends=[word + _LAST for word in words],
        kinds=[NAME, ADDRESS] if criteria.with_addresses else [NAME],
    )
    snapshot = people_state(session, Version(number, written_by), criteria.today).snapshot
    if not query.tokens:
        return OpenedPeople(snapshot, snapshot.everybody)
    # Words are counted from one by PostgreSQL.
    bits = {query.words[at - 1]: snapshot.bits_of(ids) for at, ids in found}
    named = snapshot.everybody
    for token in query.tokens:
        having: Callable[[str], int] = lambda word: bits.get(word, 0)  # noqa: E731
        named &= reduce(or_, (reduce(and_, map(having, way)) for way in token.ways), 0)
    return OpenedPeople(snapshot, named)


def people_found(opened: OpenedPeople, criteria: PeopleCriteria, *, without: str = "") -> int:
    """Who matches, as bits. without: a facet that does not count."""
    snapshot, found = opened.snapshot, opened.named
    for facet, values in criteria.chosen.items():
        if facet != without:
            having = snapshot.having(facet, values)
            found &= ~having if facet in criteria.excepted else having
    if not criteria.with_deleted:
        found &= ~snapshot.having("state", [DELETED])
    if "state" not in criteria.chosen and without != "state":
        found &= snapshot.having("state", [CURRENT])
    return found


def people_counts(opened: OpenedPeople, criteria: PeopleCriteria) -> dict[str, dict[str, int]]:
    """By facet, how many of those that the other filters leave have each value."""
    whole = people_found(opened, criteria)
    return {
        facet: opened.snapshot.counts(
            facet,
            people_found(opened, criteria, without=facet)
            if facet in criteria.chosen or facet == "state"
            else whole,
        )
        for facet in FACETS
    }


def people_page(
    session: Session, opened: OpenedPeople, criteria: PeopleCriteria
) -> list[ListedPerson]:
    """The people of one page, in one statement."""
    ids = people_ids(
        opened, criteria, offset=(criteria.page - 1) * criteria.per_page, limit=criteria.per_page
    )
    if not ids:
        return []
    return [_listed(row) for row in _SHOWN.rows(session, ids=ids, today=criteria.today)]


def people_ids(
    opened: OpenedPeople, criteria: PeopleCriteria, *, offset: int = 0, limit: int
) -> list[int]:
    """The ids of those who match, in order."""
    found = people_found(opened, criteria)
    return opened.snapshot.page(
        found, criteria.sort, offset, limit, is_backward=criteria.is_backward
    )


def _listed(row: Sequence[Any]) -> ListedPerson:
    works = tuple(tuple(one) for one in (row[8] or ())[:3])
    return ListedPerson(
        id=row[0],
        name=row[1],
        latin_name=row[2],
        language=row[3],
        archived_on=row[4],
        delete_on=row[5],
        email=row[6],
        address_state=row[7],
        works=works,
        places=row[9],
    )
