"""Finding a country, region or sector by what people call it, in every language it is named in."""

from bisect import bisect_left
from collections.abc import Hashable, Iterable
from typing import Final, Generic, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from alliance.core.text import is_unspaced, search_words

Key = TypeVar("Key", bound=Hashable)

_SHORTEST_BEGINNING: Final = 3
_SHORTEST_MISSPELT: Final = 5


class LabelIndex(Generic[Key]):
    """Keys by the words of their labels. Built once from reference rows and then only read."""

    def __init__(self, labels: Iterable[tuple[Key, Iterable[str]]]) -> None:
        """`labels`: each key with all its names and aliases, codes that people type included."""
        kept = list(labels)
        entries = sorted(
            {
                (word, index)
                for index, (_, texts) in enumerate(kept)
                for text in texts
                for word in search_words(text)
            }
        )
        self._keys = [key for key, _ in kept]
        self._words = [word for word, _ in entries]
        self._owners = [owner for _, owner in entries]
        self._by_length: dict[int, tuple[list[str], list[int]]] = {}
        for word, owner in entries:
            words, owners = self._by_length.setdefault(len(word), ([], []))
            words.append(word)
            owners.append(owner)

    def beginning(self, word: str) -> frozenset[Key]:
        """Keys with a label of which a word begins so; short words must be whole words.

        `word` is folded. Two letters are enough in a script without blanks, where they are much.
        """
        at = bisect_left(self._words, word)
        shortest = 2 if is_unspaced(word) else _SHORTEST_BEGINNING
        is_enough = len(word) >= shortest
        found = set()
        while at < len(self._words) and self._words[at].startswith(word):
            if not is_enough and self._words[at] != word:
                break
            found.add(self._keys[self._owners[at]])
            at += 1
        return frozenset(found)

    def alike(self, word: str) -> frozenset[Key]:
        """Keys with a label that has a word one letter different, from five letters on."""
        if len(word) < _SHORTEST_MISSPELT:
            return frozenset()
        found: set[Key] = set()
        for length in range(len(word) - 1, len(word) + 2):
            words, owners = self._by_length.get(length, ((), ()))
            alike = process.extract(word, words, scorer=OSA.distance, score_cutoff=1, limit=None)
            found.update(self._keys[owners[at]] for _, _, at in alike)
        return frozenset(found)
