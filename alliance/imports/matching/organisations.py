"""Which organisation of the directory, or of the same file, a row means."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp

from rapidfuzz import process
from rapidfuzz.fuzz import ratio

from alliance.imports.matching.names import NameForm, folded, organisation_form

# A block that holds more records than this says nothing: "Energy" in one large country.
LARGEST_BLOCK = 600
PROBABLE = 0.6
"""The lowest score at which a row is shown as a probable duplicate."""


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What is known of an organisation for comparison; empty where nothing is.

    key: the record's id, or minus the row's number for a row of the file. `city` and `street` are
    romanised, `domains` in ASCII without `www.`, `phone` the last nine digits.
    """

    key: int
    name: str
    country: str = ""
    city: str = ""
    postcode: str = ""
    street: str = ""
    phone: str = ""
    email: str = ""
    category: str = ""
    domains: frozenset[str] = frozenset()
    other_names: tuple[str, ...] = ()
    identifiers: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Likeness:
    """How probably a row means the record `key`, and why, in words. Certain ones need no
    decision.
    """

    key: int
    score: float
    reason: str
    is_certain: bool = False


@dataclass(frozen=True, slots=True)
class _Weight:
    """Log-odds that a field adds when both sides agree, and when both are given and differ."""

    agree: float
    differ: float
    words: str


# Fitted to the truth files of the generator with several seeds, plain and hard, then flattened by
# hand: addresses and numbers change in life more often than in generated data.
_WEIGHTS = {
    "domains": _Weight(3.0, -0.8, "same web domain"),
    "phone": _Weight(4.5, -0.6, "same telephone"),
    "email": _Weight(1.0, 0.0, "same e-mail"),
    "street": _Weight(4.0, -3.0, "same street"),
    "postcode": _Weight(4.0, -1.0, "same postcode"),
    "city": _Weight(0.8, -4.5, "same city"),
    "country": _Weight(0.0, -5.0, "same country"),
    "category": _Weight(0.0, -0.5, ""),
}
_START = -6.2
# Each further record of the same name makes the name say less.
_NAMESAKE = 0.5
# Below these, names of organisations that share nothing else are not worth a closer look.
_FLOOR, _FLOOR_SHORTENED = 80, 66
_NUMBER = re.compile(r"\d+")


class OrganisationIndex:
    """Known organisations, findable by whatever a messy row may still share with them."""

    def __init__(self, known: Iterable[OrganisationFacts] = ()) -> None:
        self._facts: list[OrganisationFacts] = []
        # The names of an organisation, and for each of all names its forms and its organisation.
        self._names: list[range] = []
        self._owners: list[int] = []
        self._keys: list[str] = []
        self._joined: list[str] = []
        self._skeletons: list[str] = []
        self._blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for facts in known:
            self.add(facts)

    def add(self, facts: OrganisationFacts) -> None:
        """Make one more organisation findable."""
        position = len(self._facts)
        self._facts.append(facts)
        forms = _forms(facts)
        self._names.append(range(len(self._owners), len(self._owners) + len(forms)))
        self._owners.extend(position for _ in forms)
        self._keys.extend(form.key for form in forms)
        self._joined.extend(form.joined for form in forms)
        self._skeletons.extend(form.skeleton for form in forms)
        for key in _keys(facts, forms):
            self._blocks[key].append(position)

    def likenesses(self, facts: OrganisationFacts) -> list[Likeness]:
        """The organisations that the row probably means: certain ones first, then by score, then
        key.
        """
        forms = _forms(facts)
        near: set[int] = set()
        sure: set[int] = set()
        for key in _keys(facts, forms):
            block = self._blocks.get(key)
            if block is not None and len(block) <= LARGEST_BLOCK:
                (sure if len(key) == 3 else near).update(block)
        namesakes = len(self._blocks.get(("name", forms[0].key), ()))
        found = [
            likeness
            for position in sure | self._alike(forms, near - sure)
            if (likeness := likeness_of(facts, self._facts[position], namesakes=namesakes))
        ]
        return sorted(found, key=lambda each: (not each.is_certain, -each.score, abs(each.key)))

    def _alike(self, forms: tuple[NameForm, ...], near: set[int]) -> set[int]:
        """Those of `near` whose names are worth a closer look, found without a loop in Python."""
        names = [at for position in near for at in self._names[position]]
        found: set[int] = set()
        for form in forms:
            floor = _FLOOR_SHORTENED if form.shortened else _FLOOR
            parts = (
                (form.key, self._keys),
                (form.joined, self._joined),
                (form.skeleton, self._skeletons),
            )
            for wanted, known in parts:
                if len(wanted) > 2:
                    choices = [known[at] for at in names]
                    alike = process.extract(
                        wanted, choices, scorer=ratio, score_cutoff=floor, limit=None
                    )
                    found.update(self._owners[names[at]] for _, _, at in alike)
        return found


def _forms(facts: OrganisationFacts) -> tuple[NameForm, ...]:
    return tuple(organisation_form(name) for name in (facts.name, *facts.other_names))


def _keys(facts: OrganisationFacts, forms: tuple[NameForm, ...]) -> set[tuple[str, ...]]:
    """Under what an organisation is found; keys of three parts prove enough for a closer look."""
    keys: set[tuple[str, ...]] = {("domain", domain, "") for domain in facts.domains}
    keys.update((scheme, value, "") for scheme, value in facts.identifiers)
    country = facts.country
    if facts.phone:
        keys.add(("phone", facts.phone, ""))
    if facts.postcode:
        keys.add((country, facts.postcode, ""))
    for form in forms:
        keys.add(("name", form.key))
        if len(form.skeleton) >= 4:
            keys.add((country, "=" + form.skeleton))
        for word in form.words:
            keys.add((country, word[:4]))
            if len(word) > 4:
                keys.add((country, "~" + word[-4:]))
    return keys


def likeness_of(
    row: OrganisationFacts, known: OrganisationFacts, *, namesakes: int = 1
) -> Likeness | None:
    """Compare one row with one record; None when they are not probably the same.

    namesakes: how many known organisations bear the row's name; the more, the less it says.
    """
    if shared := row.identifiers & known.identifiers:
        scheme = min(shared)[0].upper()
        return Likeness(known.key, 1.0, f"same {scheme} number", is_certain=True)
    similarity = _similarity(row, known)
    if similarity < 0.5 or (similarity < 0.6 and not row.domains & known.domains):
        return None
    odds = (
        _START + 1.3 * similarity + 46 * max(0.0, similarity - 0.8) + _distinctness(row, similarity)
    )
    odds -= _NAMESAKE * max(0, namesakes - 1)
    agreeing = []
    for name, weight in _WEIGHTS.items():
        same = _agreement(name, row, known)
        if same is not None:
            odds += weight.agree if same else weight.differ
        if same and weight.words:
            agreeing.append(weight.words)
    score = 1 / (1 + exp(-odds))
    if score < PROBABLE:
        return None
    words = "same name" if similarity == 1 else f"name {similarity:.0%} alike".replace("%", " %")
    # The country is worth naming only where nothing closer agrees.
    nearer = [each for each in agreeing if each != "same country"]
    reason = ", ".join([words, *(nearer or agreeing)])
    return Likeness(known.key, round(min(score, 0.999), 3), reason, _is_the_same_record(row, known))


def _similarity(row: OrganisationFacts, known: OrganisationFacts) -> float:
    best = 0.0
    for left in _forms(row):
        for right in _forms(known):
            best = max(best, name_similarity(left, right))
    return best


def _distinctness(row: OrganisationFacts, similarity: float) -> float:
    # Agreement in a long name is worth more than agreement in a short one.
    return min(2.0, len(organisation_form(row.name).key) / 12) * max(0.0, similarity - 0.7) / 0.3


def _agreement(name: str, row: OrganisationFacts, known: OrganisationFacts) -> bool | None:
    left, right = getattr(row, name), getattr(known, name)
    if not left or not right:
        return None
    if name == "domains":
        return bool(left & right)
    if name == "street":
        return left == right or (_numbers(left) == _numbers(right) and ratio(left, right) > 80)
    return bool(left == right)


def _numbers(street: str) -> list[str]:
    return _NUMBER.findall(street)


def _is_the_same_record(row: OrganisationFacts, known: OrganisationFacts) -> bool:
    """Whether the row is the record once more: spelled alike, same country and category, same way
    to reach it.
    """
    spelled = folded(row.name)
    if spelled != folded(known.name) and spelled not in {
        folded(name) for name in known.other_names
    }:
        return False
    if row.country != known.country or (row.category and row.category != known.category):
        return False
    if any(_agreement(name, row, known) for name in ("domains", "email", "phone")):
        return True
    contradicted = ("domains", "phone", "city", "postcode", "street")
    return not any(_agreement(name, row, known) is False for name in contradicted)


def name_similarity(left: NameForm, right: NameForm) -> float:
    """0..1; 1 for the same words in any order, legal form, script and accents apart."""
    if left.key == right.key:
        return 1.0
    best = max(ratio(left.key, right.key), ratio(left.joined, right.joined))
    if left.shortened or right.shortened:
        short = ratio(
            "".join(_cut(left.words, right.shortened)), "".join(_cut(right.words, left.shortened))
        )
        best = max(best, short * 0.98)
    if left.script != right.script and min(len(left.skeleton), len(right.skeleton)) >= 4:
        best = max(best, ratio(left.skeleton, right.skeleton) * 0.97)
    return best / 100


def _cut(words: Sequence[str], beginnings: Iterable[str]) -> list[str]:
    return [next((short for short in beginnings if word.startswith(short)), word) for word in words]
