"""Searching organisations and people at once, for the palette and the search page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from alliance.core.reads import Read
from alliance.core.text import LONGEST_WORD
from alliance.directory.queries.desk.rows import DeskRow, desk_rows
from alliance.directory.queries.desk.words import LAST, OpenedDesk, desk_matches, open_desk
from alliance.directory.queries.search import candidates
from alliance.directory.rules.desk_facets import ARCHIVED, CURRENT, DeskFacets
from alliance.directory.rules.desk_words import ADDRESS, NAME
from alliance.directory.rules.searching import SearchQuery, parse_query, rank

# Of people whose words begin like a very short word, so many are looked at.
_MOST_DRIVEN: Final = 3_000
_MOST_DRIVEN_ALONE: Final = 300

# The longest word drives, the others are looked for among the words of whom it found. Where there
# are none, saying so saves a look for each.
_PEOPLE = Read("""
    WITH driven AS (
        SELECT typed.variant, found.contact_id, min(found.kind) AS kind,
            bool_or(found.word = typed.word) AS is_whole
        FROM unnest(CAST(:variants AS int[]), CAST(:words AS text[]), CAST(:ends AS text[]))
            AS typed(variant, word, word_end)
        CROSS JOIN LATERAL (
            SELECT w.contact_id, w.kind, w.word FROM contact_words AS w
            WHERE w.word >= typed.word AND w.word < typed.word_end AND w.kind = ANY(:kinds)
            ORDER BY w.word, w.contact_id LIMIT :driven
        ) AS found
        GROUP BY typed.variant, found.contact_id
    ), matching AS (
        SELECT d.contact_id, bool_or(d.is_whole) AS is_whole,
            min(CASE WHEN d.kind = 1 AND (cardinality(CAST(:others AS text[])) = 0 OR NOT EXISTS (
                SELECT FROM unnest(
                    CAST(:other_variants AS int[]), CAST(:others AS text[]),
                    CAST(:other_ends AS text[])
                ) AS other(variant, word, word_end)
                WHERE other.variant = d.variant AND NOT EXISTS (
                    SELECT FROM contact_words AS w
                    WHERE w.contact_id = d.contact_id AND w.word >= other.word
                        AND w.word < other.word_end AND w.kind = 1
                )
            )) THEN 1 ELSE 4 END) AS kind
        FROM driven AS d
        WHERE cardinality(CAST(:others AS text[])) = 0 OR NOT EXISTS (
            SELECT FROM unnest(
                CAST(:other_variants AS int[]), CAST(:others AS text[]),
                CAST(:other_ends AS text[])
            ) AS other(variant, word, word_end)
            WHERE other.variant = d.variant AND NOT EXISTS (
                SELECT FROM contact_words AS w
                WHERE w.contact_id = d.contact_id AND w.word >= other.word
                    AND w.word < other.word_end AND w.kind = ANY(:kinds)
            )
        )
        GROUP BY d.contact_id
    ), best AS (
        SELECT c.id, c.name, c.latin_name, c.language, c.archived_on IS NOT NULL AS is_archived,
            m.kind, m.is_whole, count(*) OVER () AS total
        FROM matching AS m JOIN contacts AS c ON c.id = m.contact_id
        WHERE c.delete_on IS NULL
        ORDER BY 5, m.kind, m.is_whole DESC, c.name, c.id LIMIT :limit
    )
    SELECT best.id, best.name, best.latin_name, best.language, best.is_archived, best.kind,
        CASE WHEN best.kind <> 1 THEN (
            SELECT e.email FROM contact_addresses AS e WHERE e.contact_id = best.id
            ORDER BY e.position LIMIT 1
        ) END, best.total, works.name, works.role
    FROM best LEFT JOIN LATERAL (
        SELECT o.name, a.role FROM affiliations AS a
        JOIN organisations AS o ON o.id = a.organisation_id
        WHERE a.contact_id = best.id AND o.delete_on IS NULL
            AND (a.started_on IS NULL OR a.started_on <= :today)
            AND (a.ended_on IS NULL OR a.ended_on > :today)
        ORDER BY a.role <> 'primary_contact', a.started_on DESC NULLS LAST, a.id LIMIT 1
    ) AS works ON true
    ORDER BY best.is_archived, best.kind, best.is_whole DESC, best.name, best.id
""")


class FoundPerson(NamedTuple):
    """A contact that was found; `email` only where the search was for an address.

    total: how many were found in all. works_for, role: of the present affiliation.
    """

    id: int
    name: str
    latin_name: str | None
    language: str | None
    is_archived: bool
    kind: int
    email: str | None
    total: int
    works_for: str | None
    role: str | None


class FoundOrganisation(NamedTuple):
    """An organisation that was found. `row` is None for one that is only spelt alike."""

    id: int
    name: str
    language: str | None
    category: str
    row: DeskRow | None


@dataclass(frozen=True)
class Found:
    """What a search found everywhere; totals also count what is not shown."""

    query: SearchQuery
    organisations: Sequence[FoundOrganisation]
    people: Sequence[FoundPerson]
    organisation_total: int
    named: int
    facets: DeskFacets | None
    is_approximate: bool = False

    @property
    def person_total(self) -> int:
        """How many people were found."""
        return self.people[0].total if self.people else 0


def search_everywhere(
    session: Session, q: str, *, today: date, with_addresses: bool, limit: int
) -> Found:
    """The best organisations and people for a query, in at most three statements.

    with_addresses: also by e-mail addresses and telephone numbers of people. Raises BadInput (field
    "q") for a query that cannot be searched for.
    """
    query = parse_query(q)
    if not query.tokens:
        return Found(query, (), (), 0, 0, None)
    opened = open_desk(session, q)
    facets = opened.state.facets(today)
    people = _people(session, query, today, with_addresses, limit)
    matches = desk_matches(session, opened, facets, is_tolerant=False)
    bits = matches.bits & facets.having("state", (CURRENT, ARCHIVED))
    if not bits:
        alike = _alike(session, opened, facets, limit)
        return Found(query, alike, people, len(alike), 0, facets, is_approximate=bool(alike))
    # What was put away comes after what is in use.
    archived = facets.having("state", (ARCHIVED,))
    tiers = [tier & bits & ~archived for tier in matches.tiers]
    ids = facets.snapshot.tiered_page([*tiers, bits], "name", 0, limit)
    rows = desk_rows(session, ids, today=today)
    organisations = [
        FoundOrganisation(row.id, row.name, row.language, row.category, row) for row in rows
    ]
    return Found(query, organisations, people, bits.bit_count(), matches.named, facets)


def _alike(
    session: Session, opened: OpenedDesk, facets: DeskFacets, limit: int
) -> list[FoundOrganisation]:
    """Listed organisations that are spelt alike, for which nothing more is fetched."""
    named = candidates(session, opened.query)
    names = {one.id: one.name for one in reversed(named)}
    shown = facets.having("state", (CURRENT, ARCHIVED))
    return [
        FoundOrganisation(id, names[id], None, facets.of(id, "category") or "", None)
        for id, _ in rank(opened.query, named)
        if facets.snapshot.bits_of((id,)) & shown
    ][:limit]


def _people(
    session: Session, query: SearchQuery, today: date, with_addresses: bool, limit: int
) -> list[FoundPerson]:
    words: list[tuple[int, str]] = []
    others: list[tuple[int, str]] = []
    for number, variant in enumerate(_variants(query)):
        longest = max(range(len(variant)), key=lambda at: len(variant[at]))
        words.append((number, variant[longest]))
        others += [(number, word) for at, word in enumerate(variant) if at != longest]
    rows = _PEOPLE.rows(
        session,
        **_typed("variants", "words", "ends", words),
        **_typed("other_variants", "others", "other_ends", others),
        kinds=[NAME, ADDRESS] if with_addresses else [NAME],
        driven=_MOST_DRIVEN if others else _MOST_DRIVEN_ALONE,
        today=today,
        limit=limit,
    )
    return [FoundPerson(*row) for row in rows]


def _typed(
    numbers: str, words: str, ends: str, typed: Sequence[tuple[int, str]]
) -> dict[str, list[Any]]:
    return {
        numbers: [number for number, _ in typed],
        words: [word for _, word in typed],
        ends: [word + LAST for _, word in typed],
    }


def _variants(query: SearchQuery) -> list[tuple[str, ...]]:
    """The words of a query, each word the first, the second, ... way in which it can be meant."""
    most = max(len(token.ways) for token in query.tokens)
    made = [
        tuple(
            word[:LONGEST_WORD]
            for token in query.tokens
            for word in token.ways[min(number, len(token.ways) - 1)]
        )
        for number in range(most)
    ]
    numbers = "".join(token.text for token in query.tokens).lstrip("+")
    if len(query.tokens) > 1 and numbers.isascii() and numbers.isdigit():
        # A telephone number with blanks.
        made.append((numbers,))
    return list(dict.fromkeys(made))
