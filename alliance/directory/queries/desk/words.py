"""The words of a query among all organisations: who has them, and whether by name or otherwise."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Final

from sqlalchemy.orm import Session

from alliance.core.reads import Read
from alliance.core.text import LONGEST_WORD, is_unspaced, sort_key
from alliance.directory.queries.desk.state import DeskState, desk_state
from alliance.directory.queries.search import Hit, Version, candidates
from alliance.directory.rules.desk_facets import DeskFacets
from alliance.directory.rules.desk_words import CODE, NAME, OTHER_NAME
from alliance.directory.rules.searching import SearchQuery, Token, parse_query, rank

# No word holds this character, the last of all, so it ends every stretch of words that begin alike.
LAST: Final = "\U0010ffff"
# And none holds this one, so it ends the stretch of the word alone.
_FIRST: Final = "\x01"
_LOOK_UP = Read("""
    SELECT 0 AS at, 0 AS kind, false AS is_whole, ARRAY[
        coalesce(sum(version), 0)::bigint, coalesce(max(xmin::text::bigint), 0)
    ] AS ids FROM history_clock WHERE subject = 'workspace'
    UNION ALL
    SELECT typed.at, found.kind, found.word = typed.word, array_agg(found.organisation_id)
    FROM unnest(CAST(:words AS text[]), CAST(:ends AS text[]))
        WITH ORDINALITY AS typed(word, word_end, at)
    JOIN organisation_words AS found ON found.word >= typed.word AND found.word < typed.word_end
    GROUP BY 1, 2, 3
""")


@dataclass(frozen=True)
class OpenedDesk:
    """All organisations as one request sees them, with what its query found among them."""

    state: DeskState
    query: SearchQuery
    hits: Sequence[Hit] = ()


@dataclass(frozen=True)
class DeskMatches:
    """Who matches, before filters: `tiers`, each in the order of names, or `ranked` ids.

    `named`: those whose official name says everything that was asked for.
    """

    bits: int
    tiers: tuple[int, ...] = ()
    ranked: tuple[int, ...] = ()
    named: int = 0
    is_approximate: bool = False


def open_desk(session: Session, q: str = "") -> OpenedDesk:
    """Look a query up and see which version of the workspace stands, in one statement.

    Raises BadInput (field "q") for a query that cannot be searched for.
    """
    query = parse_query(q)
    if not query.tokens:
        return OpenedDesk(desk_state(session), query)
    words = [word[:LONGEST_WORD] for word in query.words]
    # Half of all organisations have a word that begins with some letter; those whose name begins
    # with it are known without asking.
    is_letter = len(words) == 1 and len(words[0]) == 1 and not is_unspaced(words[0])
    (_, _, _, (number, written_by)), *found = _LOOK_UP.rows(
        session, words=words, ends=[word + (_FIRST if is_letter else LAST) for word in words]
    )
    # Words are counted from one by PostgreSQL.
    hits = [Hit(at - 1, kind, is_whole, ids) for at, kind, is_whole, ids in found]
    return OpenedDesk(desk_state(session, Version(number, written_by)), query, hits)


def desk_matches(
    session: Session, opened: OpenedDesk, facets: DeskFacets, *, is_tolerant: bool = True
) -> DeskMatches:
    """Who matches every word; when nobody does, who is listed and spelt alike.

    One statement more when nobody matches. A query without words matches everybody.
    """
    snapshot = opened.state.snapshot
    if not opened.query.tokens:
        return DeskMatches(snapshot.everything)
    exact = _exact(opened, facets)
    if exact.bits or not is_tolerant:
        return exact
    found = rank(opened.query, candidates(session, opened.query))
    order = tuple(id for id, _ in found)
    return DeskMatches(snapshot.bits_of(order), ranked=order, is_approximate=True)


def _exact(opened: OpenedDesk, facets: DeskFacets) -> DeskMatches:
    state, query = opened.state, opened.query
    snapshot, lists = state.snapshot, state.lists
    begins: dict[tuple[int, str], int] = {}
    whole: dict[tuple[int, str], int] = {}
    for hit in opened.hits:
        key, bits = (hit.kind, query.words[hit.at]), snapshot.bits_of(hit.ids)
        begins[key] = begins.get(key, 0) | bits
        if hit.is_whole:
            whole[key] = bits

    def labelled(word: str) -> int:
        sectors = (lists.reference.sectors[id].slug for id in lists.sectors.beginning(word))
        return facets.having("country", lists.countries.beginning(word)) | facets.having(
            "sector", sectors
        )

    def among(found: dict[tuple[int, str], int], *kinds: int) -> Callable[[str], int]:
        return lambda word: _union(found.get((kind, word), 0) for kind in kinds)

    def all_words(found_by: Callable[[str], int]) -> int:
        return _all_tokens(query.tokens, found_by)

    named = snapshot.named(sort_key(query.folded))
    everywhere = among(begins, NAME, OTHER_NAME, CODE)
    names = all_words(among(begins, NAME))
    tiers = (
        named & all_words(among(whole, NAME)),
        all_words(among(whole, CODE)),
        all_words(among(whole, OTHER_NAME)),
        named,
        names,
        all_words(among(begins, NAME, OTHER_NAME)),
        all_words(everywhere),
        all_words(lambda word: everywhere(word) | labelled(word)),
    )
    return DeskMatches(_union(tiers), tiers=tiers, named=names | named)


def _all_tokens(tokens: Sequence[Token], found_by: Callable[[str], int]) -> int:
    """Who is found by all tokens: by any way of each, and by all words of that way."""
    bits = -1
    for token in tokens:
        bits &= _union(reduce(and_, map(found_by, way)) for way in token.ways)
        if not bits:
            return 0
    return bits


def _union(parts: Iterable[int]) -> int:
    return reduce(or_, parts, 0)
