"""The facets of the secretariat's list: which organisations have which value on a day."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Final

from alliance.directory.rules.desk import DeskSnapshot
from alliance.directory.rules.reference import Reference

# The word in addresses for organisations that have no value.
NONE: Final = "none"
CURRENT, ARCHIVED, DELETED, MERGED = "current", "archived", "deleted", "merged"
STATES: Final = (CURRENT, ARCHIVED, DELETED, MERGED)
STATUSES: Final = ("member", "later", "former", "never")
# Listed, or the first reason why not.
LISTED: Final = (
    "listed", "deleted", "archived", "merged", "hidden", "dissolved", "never", "later", "former",
)  # fmt: skip
REACHED: Final = ("reachable", "unreachable", "vacant")
MISSING: Final = (
    "website", "description", "country", "sector", "language", "identifier", "domain", "contact",
)  # fmt: skip
FACETS: Final = (
    "state", "category", "status", "country", "region", "sector", "contact", "listed", "missing",
    "body_kind", "language", "joined",
)  # fmt: skip


@dataclass(frozen=True)
class DeskCriteria:
    """What is asked of the list. `chosen`: facet to values; `excepted`: facets that are negated.

    Organisations that were archived or merged are found only by the facet "state", those that were
    deleted only if `with_deleted` besides. `page` counts from 1.
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


class DeskFacets:
    """The facets of one version on one day; `bits`: facet to value to organisations."""

    def __init__(self, snapshot: DeskSnapshot, today: date, lists: Reference) -> None:
        """Values are as in addresses: slugs of regions and sectors, codes of the other lists."""
        self.snapshot, self.today = snapshot, today
        day, all_ = today.toordinal(), snapshot.everything
        marks = _Marks(snapshot)
        member = snapshot.spans["memberships"].on(day) & all_
        later = snapshot.spans["memberships"].after(day) & all_ & ~member
        ever = snapshot.spans["memberships"].ever() & all_
        status = {
            "member": member,
            "later": later,
            "former": ever & ~member & ~later,
            "never": all_ & ~ever,
        }
        reached = snapshot.spans["reached"].on(day) & all_
        held = snapshot.spans["holders"].on(day) & all_ & ~reached
        contact = {"reachable": reached, "unreachable": held, "vacant": all_ & ~reached & ~held}
        self.bits: dict[str, Mapping[Any, int]] = {
            "state": _states(marks, all_),
            "status": status,
            "contact": contact,
            "listed": _listed(marks, status, all_),
            "category": snapshot.values("category"),
            "body_kind": _or_none(snapshot.values("body_kind")),
            "country": _or_none(snapshot.values("country")),
            "language": _or_none(snapshot.values("language")),
            "region": _regions(snapshot.values("country"), lists),
            "sector": _sectors(snapshot.values("sector"), lists, all_),
            "joined": {str(year): bits for year, bits in snapshot.values("joined").items()},
        }
        self.bits["missing"] = _missing(marks, self.bits, reached, all_)
        self._current = self.bits["state"][CURRENT]

    def having(self, facet: str, values: Iterable[str]) -> int:
        """The organisations with any of the values."""
        known = self.bits[facet]
        return reduce(or_, (known.get(value, 0) for value in values), 0)

    def of(self, id: int, facet: str) -> str | None:
        """The first value that an organisation has; None when it has none, or is gone."""
        one = self.snapshot.bits_of((id,))
        return next((value for value, bits in self.bits[facet].items() if bits & one), None)

    def filter(self, criteria: DeskCriteria, base: int) -> int:
        """The organisations of `base` that every choice allows."""
        return reduce(lambda bits, one: bits & one, self._choices(criteria).values(), base)

    def counts(self, criteria: DeskCriteria, base: int) -> dict[str, Mapping[str, int]]:
        """Per facet and value how many of `base` have it; each facet respects only the others."""
        choices = self._choices(criteria)
        found: dict[str, Mapping[str, int]] = {}
        for facet in FACETS:
            among = base
            for name, bits in choices.items():
                if name != facet:
                    among &= bits
            found[facet] = self.snapshot.counts((facet, self.today), self.bits[facet], among)
        return found

    def _choices(self, criteria: DeskCriteria) -> dict[str, int]:
        choices = {
            facet: ~having if facet in criteria.excepted else having
            for facet, values in criteria.chosen.items()
            if values
            for having in (self.having(facet, values),)
        }
        choices.setdefault("state", self._current)
        if not criteria.with_deleted:
            choices["deleted"] = ~self.bits["state"][DELETED]
        return choices


class _Marks:
    def __init__(self, snapshot: DeskSnapshot) -> None:
        self._known = snapshot.values("mark")

    def __getitem__(self, name: str) -> int:
        return self._known.get(name, 0)


def _states(marks: _Marks, all_: int) -> dict[str, int]:
    deleted = marks["deleted"]
    merged = marks["merged"] & ~deleted
    archived = marks["archived"] & ~deleted & ~merged
    return {
        CURRENT: all_ & ~(deleted | merged | archived),
        ARCHIVED: archived,
        DELETED: deleted,
        MERGED: merged,
    }


def _listed(marks: _Marks, status: Mapping[str, int], all_: int) -> dict[str, int]:
    """The first reason that keeps an organisation from the public directory, if there is any."""
    left = all_
    found = {}
    for reason, bits in (
        *((name, marks[name]) for name in ("deleted", "archived", "merged", "hidden")),
        ("listed", status["member"]),
        ("never", status["never"]),
        ("dissolved", marks["dissolved"]),
        ("later", status["later"]),
        ("former", status["former"]),
    ):
        found[reason] = left & bits
        left &= ~bits
    return found


def _or_none(values: Mapping[Any, int]) -> dict[str, int]:
    return {value or NONE: bits for value, bits in values.items()}


def _regions(countries: Mapping[Any, int], lists: Reference) -> dict[str, int]:
    found: dict[str, int] = {}
    for country, bits in countries.items():
        term = lists.countries.get(country)
        code, seen = term.region if term else None, set()
        while code is not None and code in lists.regions and code not in seen:
            seen.add(code)
            region = lists.regions[code]
            found[region.slug] = found.get(region.slug, 0) | bits
            code = region.parent
    return found


def _sectors(own: Mapping[Any, int], lists: Reference, all_: int) -> dict[str, int]:
    """Each sector with the organisations of all sectors below it."""
    found: dict[str, int] = {}
    for sector, bits in own.items():
        if bits and sector in lists.sectors:
            for above in lists.with_ancestors(sector):
                slug = lists.sectors[above].slug
                found[slug] = found.get(slug, 0) | bits
    found[NONE] = all_ & ~reduce(or_, own.values(), 0)
    return found


def _missing(
    marks: _Marks, bits: Mapping[str, Mapping[Any, int]], reached: int, all_: int
) -> dict[str, int]:
    found = {
        name: marks[f"no_{name}"] for name in ("website", "description", "identifier", "domain")
    }
    for name in ("country", "sector", "language"):
        found[name] = bits[name].get(NONE, 0)
    found["contact"] = all_ & ~reached
    return found


def known_values(
    lists: Reference, years: Collection[str], languages: Collection[str]
) -> dict[str, Collection[str]]:
    """The values that each facet may be asked for."""
    return {
        "state": STATES,
        "status": STATUSES,
        "contact": REACHED,
        "listed": LISTED,
        "missing": MISSING,
        "category": lists.categories,
        "body_kind": (*lists.body_kinds, NONE),
        "country": (*lists.countries, NONE),
        "region": [region.slug for region in lists.regions.values()],
        "sector": [*(sector.slug for sector in lists.sectors.values()), NONE],
        "language": (*languages, NONE),
        "joined": years,
    }
