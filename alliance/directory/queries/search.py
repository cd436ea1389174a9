"""The words of a query, looked up in the public projection: two statements, no extension needed."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from alliance.core.reads import Read
from alliance.core.text import sort_key
from alliance.directory.rules.searching import (
    SHORTEST_DESCRIPTION_WORD,
    Candidate,
    SearchQuery,
    misspellings,
)

MOST_CANDIDATES: Final = 80
DESCRIPTION: Final = 3

# No word holds this character, the last of all, so it ends every stretch of words that begin alike.
_LAST: Final = "\U0010ffff"

# The writing transaction belongs to the version, so that a number that was rolled back and given
# again, or that came back with a restored database, is not taken for the same state.
_CURRENT_VERSION = Read("""
    SELECT coalesce(sum(version), 0)::bigint, coalesce(max(xmin::text::bigint), 0)
    FROM history_clock WHERE subject = 'directory'
""")
_LOOK_UP = Read("""
    SELECT 0 AS at, 0 AS kind, false AS is_whole, ARRAY[
        coalesce(sum(version), 0)::bigint, coalesce(max(xmin::text::bigint), 0),
        (SELECT organisation_id FROM listings WHERE sort_key >= :key AND sort_key < :key_end
         ORDER BY sort_key, organisation_id LIMIT 1),
        (SELECT organisation_id FROM listings WHERE sort_key >= :key AND sort_key < :key_end
         ORDER BY sort_key DESC, organisation_id DESC LIMIT 1)
    ] AS ids FROM history_clock WHERE subject = 'directory'
    UNION ALL
    SELECT typed.at, found.kind, found.word = typed.word, array_agg(found.organisation_id)
    FROM unnest(CAST(:words AS text[]), CAST(:ends AS text[]))
        WITH ORDINALITY AS typed(word, word_end, at)
    JOIN listing_words AS found ON found.word >= typed.word AND found.word < typed.word_end
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT typed.at, CAST(:description AS int), false, array_agg(found.organisation_id)
    FROM unnest(CAST(:queries AS tsquery[])) WITH ORDINALITY AS typed(query, at)
    JOIN listings AS found ON found.description_words @@ typed.query
    GROUP BY 1
""")
# A rare word says more than a common one, so who shares rare words is compared first.
_CANDIDATES = Read("""
    WITH near AS (
        SELECT DISTINCT typed.at, known.word
        FROM unnest(CAST(:key_at AS int[]), CAST(:keys AS text[])) AS typed(at, key)
        JOIN search_variants AS known ON known.variant = typed.key
    ), hits AS (
        SELECT near.at, found.organisation_id
        FROM near JOIN listing_words AS found ON found.word = near.word
        UNION
        SELECT typed.at, found.organisation_id
        FROM unnest(CAST(:word_at AS int[]), CAST(:words AS text[]), CAST(:ends AS text[]))
            AS typed(at, word, word_end)
        JOIN listing_words AS found ON found.word >= typed.word AND found.word < typed.word_end
    ), weights AS (
        SELECT at, ln(1 + 1000000.0::float8 / count(*)) AS weight FROM hits GROUP BY at
    ), nearest AS (
        SELECT organisation_id, sum(weight) AS weight
        FROM hits JOIN weights USING (at)
        GROUP BY organisation_id ORDER BY 2 DESC, 1 LIMIT :most
    )
    SELECT organisation_id, name, nullif(other_names, '[]') AS other_names
    FROM nearest JOIN listings USING (organisation_id)
""")


class Version(NamedTuple):
    """A state of the directory: how often it was changed, and by which transaction last."""

    number: int
    written_by: int


class Hit(NamedTuple):
    """Who is found by the word at `at` of the query; `kind` as in `listing_words`, or DESCRIPTION.

    `is_whole`: the word stands there as typed, and does not only begin so.
    """

    at: int
    kind: int
    is_whole: bool
    ids: Sequence[int]


class LookUp(NamedTuple):
    """Everything found, and the first and last organisation whose name begins with the query."""

    version: Version
    hits: Sequence[Hit]
    first_named: int | None
    last_named: int | None


def current_version(session: Session) -> Version:
    """The state the directory is in now."""
    return Version(*_CURRENT_VERSION.first(session))


def look_up(session: Session, query: SearchQuery) -> LookUp:
    """Who is found by each word of a query, in one statement together with the version."""
    key = sort_key(query.folded)
    (_, _, _, (number, written_by, first, last)), *found = _LOOK_UP.rows(
        session,
        key=key,
        key_end=key + _LAST,
        words=list(query.words),
        ends=[word + _LAST for word in query.words],
        description=DESCRIPTION,
        queries=[_beginning_with(word) for word in query.words],
    )
    # Words are counted from one by PostgreSQL.
    hits = [Hit(at - 1, kind, is_whole, ids) for at, kind, is_whole, ids in found]
    return LookUp(Version(number, written_by), hits, first, last)


def _beginning_with(word: str) -> str:
    """As a tsquery; of words too short for descriptions nothing is found."""
    if len(word) < SHORTEST_DESCRIPTION_WORD:
        return ""
    quoted = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}':*"


def candidates(session: Session, query: SearchQuery) -> list[Candidate]:
    """Names that share words with the query, one letter or blank apart; those with most first.

    At most MOST_CANDIDATES organisations, each with all its names.
    """
    typed = misspellings(query)
    keys = [(at, key) for at, one in enumerate(typed) for key in one.keys]
    words = [(at, word) for at, one in enumerate(typed) for word in one.beginnings]
    rows = _CANDIDATES.rows(
        session,
        key_at=[at for at, _ in keys],
        keys=[key for _, key in keys],
        word_at=[at for at, _ in words],
        words=[word for _, word in words],
        ends=[word + _LAST for _, word in words],
        most=MOST_CANDIDATES,
    )
    found = []
    for organisation_id, name, other_names in rows:
        found.append(Candidate(organisation_id, name))
        found += [Candidate(organisation_id, other[1]) for other in other_names or ()]
    return found
