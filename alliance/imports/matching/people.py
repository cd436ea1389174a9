"""Which person a row means: within the organisations it may belong to, or by the same address."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import exp

from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.fuzz import ratio

from alliance.imports.matching.names import folded, person_words
from alliance.imports.matching.nicknames import NICKNAMES
from alliance.imports.matching.organisations import Likeness

PROBABLE = 0.6


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is known of a person for comparison.

    key: the contact's id, or minus the row's number. `names` are all spellings, `words` the same
    romanised and cut, `emails` lower case, `phones` the last nine digits.
    """

    key: int
    names: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, key: int, names: Iterable[str | None], emails: Iterable[str], phones: Iterable[str]
    ) -> "PersonFacts":
        """The facts of a person; empty names and phones are left out."""
        spelled = tuple(name for name in names if name)
        words = tuple(person_words(name) for name in spelled)
        return cls(key, spelled, words, tuple(emails), tuple(filter(None, phones)))


def likeliest(
    row: PersonFacts, known: Iterable[PersonFacts], *, at_same_organisation: bool = True
) -> Likeness | None:
    """The best of `known` that is probably the person of the row, or None.

    Outside the same organisation only a shared address can tell two people of one name apart.
    """
    found = [
        likeness
        for each in known
        if (at_same_organisation or _shares(row.emails, each.emails))
        and (likeness := likeness_of(row, each))
    ]
    return min(
        found, key=lambda each: (not each.is_certain, -each.score, abs(each.key)), default=None
    )


def likeness_of(row: PersonFacts, known: PersonFacts) -> Likeness | None:
    """Compare a row with one person of the same organisation or address; None when improbable."""
    alike = 0.0
    for left in row.words:
        for right in known.words:
            alike = max(alike, name_similarity(left, right))
    same_email = _shares(row.emails, known.emails)
    same_phone = _shares(row.phones, known.phones)
    if alike < 0.5 and not same_phone:
        return None
    odds = -9.5 + 12.5 * alike
    agreeing = ["same name" if alike == 1 else f"name {alike:.0%} alike".replace("%", " %")]
    if same_email:
        odds += 6
        agreeing.append("same e-mail")
    if row.phones and known.phones:
        odds += 6 if same_phone else -2.5
        # Numbered addresses of one domain are how two people of one name are told apart.
        if not same_phone and not same_email and _domains(row) & _domains(known):
            odds -= 1
    if same_phone:
        agreeing.append("same telephone")
    score = 1 / (1 + exp(-odds))
    if score < PROBABLE:
        return None
    is_certain = same_email and bool({*map(folded, row.names)} & {*map(folded, known.names)})
    return Likeness(known.key, round(min(score, 0.999), 3), ", ".join(agreeing), is_certain)


def _shares(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    return any(one in right for one in left)


def _domains(facts: PersonFacts) -> set[str]:
    return {email.rpartition("@")[2] for email in facts.emails}


def name_similarity(left: tuple[str, ...], right: tuple[str, ...]) -> float:
    """0..1 for two names in words: any order, initials, short forms and typing errors
    considered.
    """
    if not left or not right:
        return 0.0
    if sorted(left) == sorted(right):
        return 1.0
    if not {word[0] for word in left} & {word[0] for word in right}:
        return 0.0
    if len(left) > len(right):
        left, right = right, left
    joined = _joined_similarity(left, right)
    rest, total = list(right), 0.0
    # Words that agree best are paired first, so that an initial takes what is left.
    for word in sorted(left, key=len, reverse=True):
        best = max(rest, key=lambda other: _word_similarity(word, other))
        total += _word_similarity(word, best)
        rest.remove(best)
    aligned = total / len(left) if min(len(left), 2) == 2 else total / len(right)
    return max(joined, aligned - 0.03 * len(rest))


def _joined_similarity(left: tuple[str, ...], right: tuple[str, ...]) -> float:
    # Names of scripts without blanks come in one piece and in either order.
    whole = "".join(left)
    turned = ["".join(right[at:] + right[:at]) for at in range(len(right))]
    best = max(ratio(whole, other) for other in turned) / 100
    return best if best > 0.8 else 0.0


@lru_cache(maxsize=65536)
def _word_similarity(left: str, right: str) -> float:
    if left == right:
        return 1.0
    if len(left) == 1 or len(right) == 1:
        return 0.8 if left[0] == right[0] else 0.0
    if right in NICKNAMES.get(left, ()):
        return 0.93
    longest = max(len(left), len(right))
    if longest < 5:
        return 0.5 if DamerauLevenshtein.distance(left, right, score_cutoff=1) == 1 else 0.0
    errors = DamerauLevenshtein.distance(left, right, score_cutoff=3)
    similarity = 1 - errors / longest
    return similarity if similarity >= 0.55 else 0.0
