"""Organisations that somebody may mean by a name, a web domain or a register entry."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from alliance.core.errors import BadInput
from alliance.core.reads import Read
from alliance.core.text import words
from alliance.directory.queries.search import candidates
from alliance.directory.rules.searching import LONGEST_QUERY, parse_query

_MOST = 120
_MOST_NAMES = 4
_SHORTEST_WORD = 4

# Those without a listing are few: never members, archived or taken out. Their names are compared
# one by one.
_NEAR = Read("""
    (SELECT organisation_id FROM organisation_domains
     WHERE domain = ANY(CAST(:domains AS text[])) LIMIT :most)
    UNION
    (SELECT i.organisation_id
     FROM unnest(CAST(:schemes AS text[]), CAST(:numbers AS text[])) AS asked(scheme, value)
     JOIN organisation_identifiers i USING (scheme, value) LIMIT :most)
    UNION
    (SELECT o.id FROM organisations o
     WHERE NOT EXISTS (SELECT 1 FROM listings l WHERE l.organisation_id = o.id)
       AND lower(o.name) LIKE ANY(CAST(:patterns AS text[])) LIMIT :most)
""")
_FACTS = Read("""
    SELECT o.id, o.name, o.language, coalesce(o.country, ''), coalesce(o.city, ''),
      coalesce(o.postcode, ''), coalesce(o.street, ''), coalesce(o.phone, ''),
      coalesce(o.email, ''), o.category,
      ARRAY(SELECT d.domain FROM organisation_domains d WHERE d.organisation_id = o.id),
      ARRAY(SELECT n.text FROM organisation_names n WHERE n.organisation_id = o.id),
      coalesce((SELECT jsonb_agg(jsonb_build_array(i.scheme, i.value))
        FROM organisation_identifiers i WHERE i.organisation_id = o.id), '[]')
    FROM organisations o
    WHERE o.id = ANY(CAST(:ids AS bigint[])) AND o.delete_on IS NULL
      AND (o.merged_into_id IS NULL OR o.dissolved_on IS NOT NULL)
    ORDER BY o.id
""")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a comparison needs of an organisation; "" and () where nothing is known."""

    id: int
    name: str
    language: str | None
    country: str
    city: str
    postcode: str
    street: str
    phone: str
    email: str
    category: str
    domains: tuple[str, ...]
    other_names: tuple[str, ...]
    identifiers: tuple[tuple[str, str], ...]


def candidates_for(
    session: Session,
    names: Sequence[str],
    *,
    domains: Collection[str] = (),
    identifiers: Collection[tuple[str, str]] = (),
) -> list[Candidate]:
    """Organisations that share words of a name, a domain or a register entry, by id.

    At most a few hundred, in one statement a name and two more; only the first names count. Deleted
    ones and duplicates that lead on are left out.
    """
    found: set[int] = set()
    typed: set[str] = set()
    for name in names[:_MOST_NAMES]:
        try:
            query = parse_query(name[:LONGEST_QUERY])
        except BadInput:
            # No name can hold this, so nobody has one like it.
            continue
        typed.update(words(name), name.lower().split())
        if query.words:
            found.update(one.id for one in candidates(session, query))
    patterns = [f"%{_escaped(word)}%" for word in typed if len(word) >= _SHORTEST_WORD]
    found.update(
        _NEAR.column(
            session,
            domains=list(domains),
            schemes=[scheme for scheme, _ in identifiers],
            numbers=[value for _, value in identifiers],
            patterns=patterns,
            most=_MOST,
        )
    )
    if not found:
        return []
    return [_candidate(row) for row in _FACTS.rows(session, ids=sorted(found))]


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _candidate(row: Any) -> Candidate:
    *own, domains, names, identifiers = row
    entries = tuple((scheme, value) for scheme, value in identifiers)
    return Candidate(*(*own, tuple(domains), tuple(names), entries))
