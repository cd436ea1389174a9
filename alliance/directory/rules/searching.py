"""Searching the directory: what a query asks for, which words are spelt alike, what ranks first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from rapidfuzz import fuzz

from alliance.core.errors import BadInput
from alliance.core.text import (
    BadText,
    fold,
    is_unspaced,
    latin,
    pieces,
    search_words,
    separated,
    spelt_out,
    squeeze,
)

MOST_TOKENS: Final = 8
LONGEST_QUERY: Final = 100
SORTS: Final = ("relevance", "name", "joined")
SHORTEST_DESCRIPTION_WORD: Final = 3

# Only the beginning of a word is compared letter by letter: the word list stays small, and the
# ranking looks at whole names anyhow.
_COMPARED_LETTERS: Final = 7
_SHORTEST_MISSPELT: Final = 4
_SHORTEST_RUN_TOGETHER: Final = 8
_LEAST_SCORE: Final = 62.0
_FURTHEST_BEHIND_BEST: Final = 24.0


@dataclass(frozen=True, slots=True)
class DirectoryCriteria:
    """What is asked of the directory. Sectors and regions by slug; `page` counts from 1.

    `sort` is "relevance", "name" or "joined" (newest first); without `q` relevance is name.
    """

    as_of: date
    q: str = ""
    categories: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    sort: str = "relevance"
    page: int = 1
    per_page: int = 25


@dataclass(frozen=True, slots=True)
class Token:
    """One word as typed. `ways` are the ways to match it: all words of one way must be found."""

    text: str
    ways: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class SearchQuery:
    """A query taken apart. `folded` is the whole of it as names are compared with it."""

    folded: str
    tokens: tuple[Token, ...]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Every word that is to be looked up, each once."""
        return tuple(
            dict.fromkeys(word for token in self.tokens for way in token.ways for word in way)
        )


class Misspelling(NamedTuple):
    """What to look up for a word that nobody wrote: equal `keys`, and words that begin so."""

    keys: frozenset[str]
    beginnings: frozenset[str]


class Candidate(NamedTuple):
    """A name that may be meant. An organisation may stand here with several names."""

    id: int
    name: str


class MatchedOn(NamedTuple):
    """Why a result is shown though its shown name does not say so.

    `kind` is a kind of name, "country", "region", "sector" or "description"; `text` is what
    matched, "" for a description that is not shown in full.
    """

    kind: str
    text: str


@lru_cache(maxsize=512)
def parse_query(text: str) -> SearchQuery:
    """Take a query apart. Of more than MOST_TOKENS words the longest are searched for.

    Raises BadInput (field "q") for more than LONGEST_QUERY characters and for text that no name
    can hold.
    """
    try:
        tidy = squeeze(text)
    except BadText as refused:
        raise BadInput(refused.message, field="q") from None
    if len(tidy) > LONGEST_QUERY:
        raise BadInput(
            f"Search for {LONGEST_QUERY} characters or fewer; this is {len(tidy)}.", field="q"
        )
    tokens = [Token(chunk, _ways(chunk)) for chunk in tidy.split()]
    tokens = [token for token in tokens if token.ways]
    if len(tokens) > MOST_TOKENS:
        kept = sorted(range(len(tokens)), key=lambda at: -len(tokens[at].text))[:MOST_TOKENS]
        tokens = [tokens[at] for at in sorted(kept)]
    return SearchQuery(separated(fold(tidy)), tuple(tokens))


def _ways(chunk: str) -> tuple[tuple[str, ...], ...]:
    """Such as "e" and "mail", or "email"; for "Müller" "muller" or "mueller"."""
    parts = pieces(chunk)
    if not parts:
        return ()
    ways = [tuple(parts)]
    if len(parts) > 1 and not is_unspaced(chunk):
        ways.append(("".join(parts),))
    if spelt_out(chunk) != chunk:
        ways.append(tuple(pieces(spelt_out(chunk))))
    return tuple(dict.fromkeys(ways))


@lru_cache(maxsize=4096)
def deletions(word: str) -> frozenset[str]:
    """The keys under which a word is kept so that a misspelling of it meets it by equality.

    A misspelt word and the right one share a key when one letter is lost, doubled, changed or
    swapped among the first letters. Words of scripts without blanks have no keys.
    """
    if not word.isascii() and is_unspaced(word):
        return frozenset()
    begin = word[:_COMPARED_LETTERS]
    if len(begin) < _SHORTEST_MISSPELT:
        return frozenset((begin,))
    return frozenset((begin, *(begin[:at] + begin[at + 1 :] for at in range(len(begin)))))


def misspellings(query: SearchQuery) -> list[Misspelling]:
    """What to look up for each word of a query that was not found as written.

    Blanks that were lost or typed inside a word are allowed for, so a neighbouring pair of words
    counts as one more word. In scripts without blanks every letter is looked up by itself.
    """
    typed = [word for token in query.tokens for word in token.ways[0]]
    found = []
    for word in typed:
        if is_unspaced(word):
            found += [Misspelling(frozenset(), frozenset((letter,))) for letter in set(word)]
            continue
        is_beginning = len(word) >= _SHORTEST_MISSPELT
        found.append(Misspelling(deletions(word), frozenset((word,) if is_beginning else ())))
        if len(word) >= _SHORTEST_RUN_TOGETHER:
            found += _parts_run_together(word)
    for one, other in pairwise(typed):
        if not is_unspaced(one + other):
            found.append(Misspelling(deletions(one + other), frozenset()))
    return found


def _parts_run_together(word: str) -> tuple[Misspelling, Misspelling]:
    first = (word[:length] for length in range(_SHORTEST_MISSPELT, _COMPARED_LETTERS))
    second = (
        word[at : at + _COMPARED_LETTERS]
        for at in range(_SHORTEST_MISSPELT - 1, len(word) - _SHORTEST_MISSPELT + 1)
    )
    return Misspelling(frozenset(first), frozenset()), Misspelling(frozenset(second), frozenset())


def rank(query: SearchQuery, candidates: Iterable[Candidate]) -> list[tuple[int, float]]:
    """Organisations by how much one of their names is like the query: (id, score), best first.

    Scores go to 100; what is unlike the query, or far behind the best, is left out. A query in
    Latin letters is compared with the Latin form of each name, one that mixes Latin and Han with
    both forms.
    """
    typed = query.folded
    typed_latin = separated(latin(typed)) if typed.isascii() or _is_mixed(typed) else None
    best: dict[int, float] = {}
    for candidate in candidates:
        score = _LEAST_SCORE
        if typed_latin is not None:
            score = likeness(typed_latin, separated(latin(candidate.name)))
        if not typed.isascii():
            score = max(score, likeness(typed, separated(fold(candidate.name))))
        if score > best.get(candidate.id, _LEAST_SCORE):
            best[candidate.id] = score
    least = max(best.values(), default=0.0) - _FURTHEST_BEHIND_BEST
    ranked = sorted(best.items(), key=lambda found: (-found[1], found[0]))
    return [(id, score) for id, score in ranked if score >= least]


def _is_mixed(typed: str) -> bool:
    return is_unspaced(typed) and any("a" <= letter <= "z" for letter in typed)


def likeness(typed: str, name: str) -> float:
    """How much a name is like what was typed, 0 to 100. People leave out the end of a name."""
    whole = fuzz.ratio(typed, name)
    if len(name) < len(typed) - 1:
        return whole
    return (fuzz.partial_ratio(typed, name) + whole / 10) / 1.1


def matched_on(query: SearchQuery, shown: str, reasons: Iterable[MatchedOn]) -> MatchedOn | None:
    """What a result matched on, None when its shown name says it all or no reason explains it.

    The first of `reasons` that explains all words that the shown name does not explain, else the
    first that explains any of them.
    """
    said = search_words(shown)
    missing = [token for token in query.tokens if not _explains(token, said)]
    if not missing:
        return None
    partly: MatchedOn | None = None
    for reason in reasons:
        said = _said(reason.text)
        explained = sum(_explains(token, said) for token in missing)
        if explained == len(missing):
            return reason
        if explained and partly is None:
            partly = reason
    return partly


@lru_cache(maxsize=1024)
def _said(text: str) -> frozenset[str]:
    return search_words(text)


def _explains(token: Token, said: frozenset[str]) -> bool:
    return any(
        all(any(known.startswith(word) for known in said) for word in way) for way in token.ways
    )
