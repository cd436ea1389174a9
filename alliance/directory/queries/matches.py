"""Which organisations a query means, and in which order: exact matches first, alike ones else."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Final

from sqlalchemy.orm import Session

from alliance.directory.queries.search import DESCRIPTION, LookUp, candidates
from alliance.directory.queries.snapshots import DirectoryState
from alliance.directory.rules.listing import OFFICIAL_NAME, OTHER_NAME
from alliance.directory.rules.searching import SearchQuery, Token, rank
from alliance.directory.rules.snapshot import DirectorySnapshot

# A name this much like the query comes before the members of a country that is spelt alike.
_STRONG_SCORE: Final = 80.0


@dataclass(frozen=True)
class Matches:
    """The organisations that match, before filters.

    In order: `tiers`, each in the order of names, or `ranked` ids; without either by name.
    `named`: those whose official name says everything that was asked for.
    """

    bits: int
    tiers: tuple[int, ...] = ()
    ranked: tuple[int, ...] = ()
    named: int = -1
    is_approximate: bool = False
    suggestion: str | None = None

    def page(
        self, snapshot: DirectorySnapshot, bits: int, sort: str, offset: int, limit: int
    ) -> list[int]:
        """The ids from `offset` on among `bits`; `sort` as in DirectoryCriteria."""
        if sort == "relevance" and self.is_approximate:
            return snapshot.ranked_page(self.ranked, bits, offset, limit)
        if sort == "relevance" and self.tiers:
            return snapshot.tiered_page((tier & bits for tier in self.tiers), offset, limit)
        return snapshot.page(bits, "joined" if sort == "joined" else "name", offset, limit)


class _Sources:
    """The organisations found by each word of a query, by where the word stands."""

    def __init__(self, state: DirectoryState, query: SearchQuery, found: LookUp) -> None:
        self._state = state
        snapshot = state.snapshot
        self.name: dict[str, int] = {}
        self.whole_name: dict[str, int] = {}
        self.other: dict[str, int] = {}
        self.whole_other: dict[str, int] = {}
        self.description: dict[str, int] = {}
        parts = {
            OFFICIAL_NAME: (self.name, self.whole_name),
            OTHER_NAME: (self.other, self.whole_other),
            DESCRIPTION: (self.description, self.description),
        }
        for hit in found.hits:
            word, bits = query.words[hit.at], snapshot.bits_of(hit.ids)
            begins, is_whole = parts[hit.kind]
            begins[word] = begins.get(word, 0) | bits
            if hit.is_whole:
                is_whole[word] = bits
        self.label = {word: self._labelled(word) for word in query.words}

    def _labelled(self, word: str) -> int:
        state, snapshot = self._state, self._state.snapshot
        return (
            snapshot.having("country", state.countries.beginning(word))
            | snapshot.having("region", state.regions.beginning(word))
            | snapshot.having("sector", state.sectors.beginning(word))
        )


def matches(
    session: Session,
    state: DirectoryState,
    query: SearchQuery,
    found: LookUp | None,
    listed: int,
) -> Matches:
    """Who of `listed` matches every word of the query; when nobody does, who is spelt alike.

    One statement more when nobody matches. A query without words matches everybody.
    """
    if found is None:
        return Matches(listed)
    exact = _exact(state, query, found, listed)
    return exact if exact.bits else _alike(session, state, query, found, listed)


def _exact(state: DirectoryState, query: SearchQuery, found: LookUp, listed: int) -> Matches:
    sources = _Sources(state, query, found)

    def all_words(*among: dict[str, int]) -> int:
        return _all_tokens(query.tokens, lambda word: _union(part.get(word, 0) for part in among))

    begins_so = state.snapshot.between(found.first_named, found.last_named)
    whole = all_words(sources.whole_name)
    names = all_words(sources.name)
    labelled = all_words(sources.name, sources.other, sources.label)
    tiers = (
        begins_so & whole,
        all_words(sources.whole_other),
        begins_so,
        whole,
        names,
        all_words(sources.name, sources.other),
        labelled & state.states,
        labelled,
        all_words(sources.name, sources.other, sources.label, sources.description),
    )
    bits = _union(tiers) & listed
    return Matches(bits, tiers=tiers, named=names | begins_so)


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


def _alike(
    session: Session, state: DirectoryState, query: SearchQuery, found: LookUp, listed: int
) -> Matches:
    """Names like the query, and members of countries and sectors spelt like its words."""
    snapshot = state.snapshot
    named = candidates(session, query)
    ranked = [(id, score) for id, score in rank(query, named) if snapshot.bits_of((id,)) & listed]
    strong = [id for id, score in ranked if score >= _STRONG_SCORE]
    labelled = _labelled_alike(state, query, found) & listed
    others = labelled & ~snapshot.bits_of(strong)
    order = [*strong, *snapshot.ids(others & state.states), *snapshot.ids(others & ~state.states)]
    if not others:
        order = [id for id, _ in ranked]
    names = {candidate.id: candidate.name for candidate in reversed(named)}
    return Matches(
        snapshot.bits_of(order),
        ranked=tuple(order),
        named=0,
        is_approximate=True,
        suggestion=names.get(order[0]) if order else None,
    )


def _labelled_alike(state: DirectoryState, query: SearchQuery, found: LookUp) -> int:
    snapshot, sources = state.snapshot, _Sources(state, query, found)

    def having(word: str) -> int:
        return (
            sources.name.get(word, 0)
            | sources.other.get(word, 0)
            | sources.label.get(word, 0)
            | snapshot.having("country", state.countries.alike(word))
            | snapshot.having("region", state.regions.alike(word))
            | snapshot.having("sector", state.sectors.alike(word))
        )

    return _all_tokens(query.tokens, having)
