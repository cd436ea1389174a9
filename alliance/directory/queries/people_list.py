"""The list of people: who matches which filters, in order, with counts up to a bound.

Counting hundreds of thousands of people anew after every change would take longer than the page
may; so counting ends at MOST_COUNTED, and beyond it only the order by name is walked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from alliance.core.text import LONGEST_WORD
from alliance.directory.rules.desk_words import ADDRESS, NAME
from alliance.directory.rules.records import AddressState
from alliance.directory.rules.searching import SearchQuery, parse_query

MOST_COUNTED: Final = 10_000
NONE: Final = "none"
SOMEWHERE, NOWHERE = "somewhere", "nowhere"
CURRENT, ARCHIVED, DELETED = "current", "archived", "deleted"
FACETS: Final = ("role", "category", "country", "work", "language", "address", "state")
SORTS: Final = ("name", "added")
# No word holds this character, the last of all, so it ends every stretch of words that begin alike.
_LAST: Final = "\U0010ffff"
_OF_WORK: Final = ("role", "category", "country")

_PRESENT = "(w.ended_on IS NULL OR w.ended_on > :today) AND (w.started_on IS NULL OR w.started_on <= :today)"  # noqa: E501
_WORKS = f"""
    EXISTS (SELECT 1 FROM affiliations AS w JOIN organisations AS o ON o.id = w.organisation_id
        WHERE w.contact_id = c.id AND o.delete_on IS NULL AND {_PRESENT}{{more}})
"""  # noqa: S608  constants
_WORK_COLUMNS: Mapping[str, str] = {
    "role": "w.role",
    "category": "o.category",
    "country": "o.country",
}
_FIRST_STATE = """coalesce((SELECT e.state FROM contact_addresses AS e
    WHERE e.contact_id = c.id ORDER BY e.position, e.email LIMIT 1), 'none')"""
_ORDERS: Mapping[tuple[str, bool], str] = {
    ("name", False): "k.sort_key, k.contact_id",
    ("name", True): "k.sort_key DESC, k.contact_id DESC",
    ("added", False): "c.id DESC",
    ("added", True): "c.id",
}
_STATES: Mapping[str, str] = {
    CURRENT: "(c.archived_on IS NULL AND c.delete_on IS NULL)",
    ARCHIVED: "(c.archived_on IS NOT NULL AND c.delete_on IS NULL)",
    DELETED: "c.delete_on IS NOT NULL",
}


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

    works: (organisation's id, its name, its language, role). email, state: of the address that is
    written to; the caller leaves them out for those who may not see them.
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
class PeopleCounts:
    """How many match, and how many of them have each value of each facet.

    is_more: there are more than `total`, which then is MOST_COUNTED, and nothing else is counted.
    """

    total: int
    is_more: bool
    facets: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class _Condition:
    """A part of WHERE with its parameters."""

    sql: str
    values: Mapping[str, Any]


def people_page(session: Session, criteria: PeopleCriteria) -> list[ListedPerson]:
    """The people of one page, in one statement. Raises BadInput (field "q")."""
    found = _conditions(criteria)
    statement = text(f"""
        WITH shown AS (
            SELECT c.id, k.sort_key, k.contact_id
            FROM contact_order AS k JOIN contacts AS c ON c.id = k.contact_id
            WHERE {found.sql} ORDER BY {_order(criteria)} LIMIT :limit OFFSET :offset
        )
        SELECT c.id, c.name, c.latin_name, c.language, c.archived_on, c.delete_on,
            first.email, first.state, works.found, coalesce(works.places, 0)
        FROM shown JOIN contacts AS c ON c.id = shown.id
        LEFT JOIN LATERAL (SELECT e.email, e.state FROM contact_addresses AS e
            WHERE e.contact_id = c.id ORDER BY e.position, e.email LIMIT 1) AS first ON true
        LEFT JOIN LATERAL (SELECT json_agg(json_build_array(o.id, o.name, o.language, w.role)
                ORDER BY w.started_on DESC NULLS LAST, w.id) AS found, count(*) AS places
            FROM affiliations AS w JOIN organisations AS o ON o.id = w.organisation_id
            WHERE w.contact_id = c.id AND o.delete_on IS NULL AND {_PRESENT}) AS works ON true
        ORDER BY {_order(criteria).replace("k.", "shown.")}
    """)  # noqa: S608  fragments of this file; values are bound
    rows = session.execute(
        statement,
        {
            **found.values,
            "limit": criteria.per_page,
            "offset": (criteria.page - 1) * criteria.per_page,
        },
    )
    return [_listed(row) for row in rows]


def people_counts(session: Session, criteria: PeopleCriteria) -> PeopleCounts:
    """How many match, and by facet how many of those that the other filters leave; one statement.

    Facets are counted only where no more than MOST_COUNTED match without them.
    """
    values: dict[str, Any] = {"most": MOST_COUNTED + 1}
    whole = _conditions(criteria)
    values |= whole.values
    parts = [_base("base", whole.sql)]
    counted = ["SELECT 'total', '', count(*) FROM base"]
    for facet in FACETS:
        base = "base"
        if facet in criteria.chosen:
            others = {name: one for name, one in criteria.chosen.items() if name != facet}
            base = f"base_{facet}"
            own = _conditions(replace(criteria, chosen=others), without=facet)
            values |= own.values
            parts.append(_base(base, own.sql))
        counted.append(_counted(facet, base))
    rows = session.execute(text(f"WITH {', '.join(parts)} {' UNION ALL '.join(counted)}"), values)
    facets: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
    total = 0
    for facet, value, count in rows:
        if facet == "total":
            total = count
        elif value is not None:
            facets[facet][value] = count
    return PeopleCounts(min(total, MOST_COUNTED), total > MOST_COUNTED, facets)


def people_matching(session: Session, criteria: PeopleCriteria, *, limit: int) -> list[int]:
    """The ids of those who match, in order, at most `limit`."""
    found = _conditions(criteria)
    statement = text(f"""
        SELECT c.id FROM contact_order AS k JOIN contacts AS c ON c.id = k.contact_id
        WHERE {found.sql} ORDER BY {_order(criteria)} LIMIT :limit
    """)  # noqa: S608  fragments of this file; values are bound
    return [row[0] for row in session.execute(statement, {**found.values, "limit": limit})]


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


def _order(criteria: PeopleCriteria) -> str:
    return _ORDERS[(criteria.sort, criteria.is_backward)]


def _base(name: str, conditions: str) -> str:
    return f"""{name} AS MATERIALIZED (
        SELECT c.id, c.language, c.archived_on, c.delete_on FROM contacts AS c
        WHERE {conditions} LIMIT :most)"""  # noqa: S608


def _counted(facet: str, base: str) -> str:
    few = f"(SELECT count(*) FROM {base}) < :most"  # noqa: S608
    if facet in _WORK_COLUMNS:
        column = _WORK_COLUMNS[facet]
        return f"""SELECT '{facet}', {column}, count(DISTINCT c.id) FROM {base} AS c
            JOIN affiliations AS w ON w.contact_id = c.id
            JOIN organisations AS o ON o.id = w.organisation_id
            WHERE {few} AND o.delete_on IS NULL AND {_PRESENT} GROUP BY 2"""  # noqa: S608
    value = {
        "work": f"CASE WHEN {_WORKS.format(more='')} THEN 'somewhere' ELSE 'nowhere' END",
        "language": f"coalesce(c.language, '{NONE}')",
        "address": _FIRST_STATE,
        "state": "CASE WHEN c.delete_on IS NOT NULL THEN 'deleted'"
        " WHEN c.archived_on IS NOT NULL THEN 'archived' ELSE 'current' END",
    }[facet]
    return f"SELECT '{facet}', {value}, count(*) FROM {base} AS c WHERE {few} GROUP BY 2"  # noqa: S608


def _conditions(criteria: PeopleCriteria, *, without: str = "") -> _Condition:
    """The filters as SQL on `c`, a row of contacts. without: a facet that is being counted."""
    chosen = criteria.chosen
    values: dict[str, Any] = {"today": criteria.today}
    parts = [] if criteria.with_deleted else ["c.delete_on IS NULL"]
    for facet, given in chosen.items():
        values[facet] = list(given)
    together = [one for one in _OF_WORK if one in chosen and one not in criteria.excepted]
    if together:
        more = "".join(f" AND {_WORK_COLUMNS[one]} = ANY(:{one})" for one in together)
        parts.append(_WORKS.format(more=more))
    for facet in chosen:
        if facet in together:
            continue
        condition = _condition(facet, chosen[facet])
        parts.append(f"NOT ({condition})" if facet in criteria.excepted else f"({condition})")
    if "state" not in chosen and without != "state":
        parts.append(_STATES[CURRENT])
    for number, (condition, words) in enumerate(_words(criteria)):
        parts.append(condition.format(at=number))
        values |= {f"{name}_{number}": value for name, value in words.items()}
    return _Condition(" AND ".join(parts) or "true", values)


def _condition(facet: str, given: tuple[str, ...]) -> str:
    if facet in _WORK_COLUMNS:
        return _WORKS.format(more=f" AND {_WORK_COLUMNS[facet]} = ANY(:{facet})")
    if facet == "work":
        works = _WORKS.format(more="")
        return " OR ".join(works if one == SOMEWHERE else f"NOT {works}" for one in given)
    if facet == "language":
        return f"coalesce(c.language, '{NONE}') = ANY(:language)"
    if facet == "address":
        return f"{_FIRST_STATE} = ANY(:address)"
    return " OR ".join(_STATES[one] for one in given)


def _words(criteria: PeopleCriteria) -> list[tuple[str, dict[str, Any]]]:
    """Each token of the query as a condition, with its parameters; a number is added to each."""
    query: SearchQuery = parse_query(criteria.q)
    kinds = [NAME, ADDRESS] if criteria.with_addresses else [NAME]
    found = []
    for token in query.tokens:
        values: dict[str, Any] = {"kinds": kinds}
        ways = []
        for way, words in enumerate(token.ways):
            each = []
            for place, word in enumerate(words):
                name = f"word{way}x{place}"
                values[name] = word[:LONGEST_WORD]
                values[f"{name}end"] = word[:LONGEST_WORD] + _LAST
                each.append(  # names made here; values are bound
                    "c.id IN (SELECT t.contact_id FROM contact_words AS t"  # noqa: S608
                    f" WHERE t.word >= :{name}_{{at}} AND t.word < :{name}end_{{at}}"
                    " AND t.kind = ANY(:kinds_{at}))"
                )
            ways.append("(" + " AND ".join(each) + ")")
        found.append(("(" + " OR ".join(ways) + ")", values))
    return found


ADDRESS_STATES: Final[Sequence[str]] = (*(one.value for one in AddressState), NONE)
