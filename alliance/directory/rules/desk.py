"""All organisations as bits for the secretariat: every filter, count, order and page of its lists.

Each organisation has a slot, which it keeps from version to version, so that a change costs as much
as was changed and not as much as there is. A version is never changed once it is made.
"""

from array import array
from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import compress, islice
from threading import Lock
from typing import Any, Final, NamedTuple

from alliance.directory.rules.bits import bits_at, flags_of, positions_of
from alliance.directory.rules.desk_spans import Span, Spans

_COUNTS_KEPT: Final = 512
# Beyond this, sorting anew is quicker than moving one by one.
_MOST_MOVED: Final = 2_000

Bits = dict[Any, int]


class OwnRow(NamedTuple):
    """What an organisation's own row says. marks: names of the marks it has, such as "archived"."""

    id: int
    sort_key: str
    category: str
    body_kind: str | None
    country: str | None
    language: str | None
    marks: Sequence[str]


@dataclass(frozen=True)
class Loaded:
    """Rows of some or all organisations. Days are ordinals.

    sectors: sector to organisations. memberships, holders (of the primary role), reached (those of
    them whom a letter reaches): organisation to stretches of days. changed: organisation to seconds
    since 1970.
    """

    own: Sequence[OwnRow]
    sectors: Mapping[int, Sequence[int]] = field(default_factory=dict)
    memberships: Mapping[int, Sequence[Span]] = field(default_factory=dict)
    holders: Mapping[int, Sequence[Span]] = field(default_factory=dict)
    reached: Mapping[int, Sequence[Span]] = field(default_factory=dict)
    changed: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Orders:
    """The slots in each order, and by slot what they are ordered by."""

    keys: list[str]
    joined: "array[int]"
    changed: "array[int]"
    by_name: "array[int]"
    by_joined: "array[int]"
    by_changed: "array[int]"


class DeskSnapshot:
    """All organisations of one version. Safe to read from several threads."""

    def __init__(
        self,
        ids: "array[int]",
        slots: dict[int, int],
        facets: dict[str, Bits],
        spans: Mapping[str, Spans],
        orders: _Orders,
        everything: int,
    ) -> None:
        """Use `full` and `refreshed`."""
        self.ids_by_slot, self._slots = ids, slots
        self._facets, self.spans, self._orders = facets, spans, orders
        self.everything = everything
        self.size = len(ids)
        self._counted: OrderedDict[Any, Bits] = OrderedDict()
        self._lock = Lock()

    @classmethod
    def full(cls, loaded: Loaded) -> "DeskSnapshot":
        """The snapshot of all organisations."""
        ids = array("q", (row.id for row in loaded.own))
        slots = {id: slot for slot, id in enumerate(ids)}
        size = len(ids)
        keys = [row.sort_key for row in loaded.own]
        joined = array("i", (_first_day(loaded, id) for id in ids))
        changed = array("q", (loaded.changed.get(id, 0) for id in ids))
        # Slots are in the order of ids here, and sorting keeps that where names are the same.
        by_name = array("i", sorted(range(size), key=keys.__getitem__))
        orders = _Orders(
            keys,
            joined,
            changed,
            by_name,
            array("i", sorted(by_name, key=joined.__getitem__, reverse=True)),
            array("i", sorted(by_name, key=changed.__getitem__, reverse=True)),
        )
        spans = {name: Spans.full(size, _by_slot(getattr(loaded, name), slots)) for name in SPANS}
        return cls(ids, slots, _facets(loaded, slots, size), spans, orders, (1 << size) - 1)

    def refreshed(self, loaded: Loaded, touched: Collection[int]) -> "DeskSnapshot":
        """The next version: as this one, but `touched` ids are as `loaded`, or gone."""
        ids, slots = self.ids_by_slot, self._slots
        new = [row.id for row in loaded.own if row.id not in slots]
        if new:
            ids, slots = ids + array("q", new), dict(slots)
            slots.update((id, slot) for slot, id in enumerate(new, start=self.size))
        size = len(ids)
        present = [slots[row.id] for row in loaded.own]
        moved = [slots[id] for id in touched if id in slots]
        stale = bits_at(moved, size)
        facets = {
            name: _replaced(self._facets.get(name, {}), stale, values)
            for name, values in _facets(loaded, slots, size).items()
        }
        spans = {
            name: self.spans[name].refreshed(size, moved, _by_slot(getattr(loaded, name), slots))
            for name in SPANS
        }
        everything = (self.everything & ~stale) | bits_at(present, size)
        orders = self._reordered(loaded, ids, slots, moved)
        return DeskSnapshot(ids, slots, facets, spans, orders, everything)

    def _reordered(
        self, loaded: Loaded, ids: "array[int]", slots: Mapping[int, int], moved: Sequence[int]
    ) -> _Orders:
        old = self._orders
        new = len(ids) - self.size
        keys = old.keys + [""] * new
        joined, changed = (
            old.joined + array("i", bytes(4 * new)),
            old.changed + array("q", bytes(8 * new)),
        )
        for row in loaded.own:
            slot = slots[row.id]
            keys[slot] = row.sort_key
            joined[slot] = _first_day(loaded, row.id)
            changed[slot] = loaded.changed.get(row.id, 0)

        def by(name: str) -> "array[int]":
            before, after = (
                _key(name, old, self.ids_by_slot),
                _key(
                    name, _Orders(keys, joined, changed, old.by_name, old.by_name, old.by_name), ids
                ),
            )
            present: array[int] = getattr(old, name)
            if len(moved) > _MOST_MOVED:
                return array("i", sorted(range(len(ids)), key=after))
            return _moved(present, moved, self.size, before, after)

        return _Orders(keys, joined, changed, by("by_name"), by("by_joined"), by("by_changed"))

    def values(self, facet: str) -> Mapping[Any, int]:
        """Who has each value of a facet; organisations that are gone are in none."""
        return self._facets.get(facet, {})

    def bits_of(self, ids: Iterable[int]) -> int:
        """The organisations with these ids; unknown ids are left out."""
        slots = self._slots
        return bits_at([slots[id] for id in ids if id in slots], self.size) & self.everything

    def counts(self, name: Hashable, facet: Mapping[Any, int], among: int) -> Mapping[Any, int]:
        """How many of `among` each value of a facet has, without those that nobody has.

        name: tells this facet from all others. The answer is shared with other callers: read it, do
        not change it.
        """
        key = (name, among)
        with self._lock:
            if key in self._counted:
                self._counted.move_to_end(key)
                return self._counted[key]
        counted = {
            value: count
            for value, having in facet.items()
            if (count := (having & among).bit_count())
        }
        with self._lock:
            self._counted[key] = counted
            while len(self._counted) > _COUNTS_KEPT:
                self._counted.popitem(last=False)
        return counted

    def named(self, beginning: str) -> int:
        """The organisations whose name begins so. beginning: a part of what `sort_key` makes."""
        orders = self._orders
        key = orders.keys.__getitem__
        first = bisect_left(orders.by_name, beginning, key=key)
        last = bisect_left(orders.by_name, beginning + "\U0010ffff", key=key)
        return bits_at(orders.by_name[first:last], self.size) & self.everything

    def page(
        self, bits: int, order: str, offset: int, limit: int, *, is_backward: bool = False
    ) -> list[int]:
        """The ids from `offset` on, by "name", "joined" or "changed" (the latest first)."""
        orders = self._orders
        if bits.bit_count() * 16 < self.size:
            few = sorted(positions_of(bits), key=orders.keys.__getitem__)
            if order != "name":
                # Sorting again keeps names in order where the second key is the same.
                second: Sequence[int] = getattr(orders, order)
                few = sorted(few, key=second.__getitem__, reverse=True)
            found: Iterable[int] = reversed(few) if is_backward else few
        else:
            wanted: array[int] = getattr(orders, f"by_{order}")
            if is_backward:
                wanted = wanted[::-1]
            found = compress(wanted, map(flags_of(bits, self.size).__getitem__, wanted))
        return [self.ids_by_slot[slot] for slot in islice(found, offset, offset + limit)]

    def tiered_page(
        self,
        tiers: Iterable[int],
        order: str,
        offset: int,
        limit: int,
        *,
        is_backward: bool = False,
    ) -> list[int]:
        """The ids from `offset` on: those of the first tier, then what the second adds, ..."""
        ids: list[int] = []
        shown = 0
        for tier in tiers:
            bits = tier & ~shown
            shown |= tier
            size = bits.bit_count()
            if offset >= size:
                offset -= size
                continue
            left = limit - len(ids)
            ids += self.page(bits, order, offset, left, is_backward=is_backward)
            offset = 0
            if len(ids) >= limit:
                break
        return ids


SPANS: Final = ("memberships", "holders", "reached")
_SINGLE: Final = ("category", "body_kind", "country", "language")


class _Having(dict[Any, "array[int]"]):
    """Values with the slots of who has them, while rows are read."""

    def __missing__(self, value: Any) -> "array[int]":
        self[value] = slots = array("i")
        return slots


def _first_day(loaded: Loaded, id: int) -> int:
    stretches = loaded.memberships.get(id)
    return min(stretches)[0] if stretches else 0


def _by_slot(
    found: Mapping[int, Sequence[Span]], slots: Mapping[int, int]
) -> dict[int, Sequence[Span]]:
    return {slots[id]: stretches for id, stretches in found.items() if id in slots}


def _facets(loaded: Loaded, slots: Mapping[int, int], size: int) -> dict[str, Bits]:
    """Who has which value, by facet; "" stands for none."""
    having = {name: _Having() for name in (*_SINGLE, "mark", "joined")}
    categories, kinds, countries, languages, marked, years = having.values()
    memberships = loaded.memberships
    for id, _, category, kind, country, language, marks in loaded.own:
        slot = slots[id]
        categories[category].append(slot)
        kinds[kind or ""].append(slot)
        countries[country or ""].append(slot)
        languages[language or ""].append(slot)
        for mark in marks:
            marked[mark].append(slot)
        if id in memberships:
            years[date.fromordinal(_first_day(loaded, id)).year].append(slot)
    made = {
        name: {value: bits_at(found, size) for value, found in values.items()}
        for name, values in having.items()
    }
    made["sector"] = {
        sector: bits_at([slots[id] for id in ids if id in slots], size)
        for sector, ids in loaded.sectors.items()
    }
    return made


def _replaced(before: Bits, stale: int, after: Bits) -> Bits:
    """Values without the stale organisations and with those that have them now."""
    values = {value: bits & ~stale if bits & stale else bits for value, bits in before.items()}
    for value, bits in after.items():
        values[value] = values.get(value, 0) | bits
    return values


def _key(name: str, orders: _Orders, ids: Sequence[int]) -> Any:
    keys, joined, changed = orders.keys, orders.joined, orders.changed
    return {
        "by_name": lambda slot: (keys[slot], ids[slot]),
        "by_joined": lambda slot: (-joined[slot], keys[slot], ids[slot]),
        "by_changed": lambda slot: (-changed[slot], keys[slot], ids[slot]),
    }[name]


def _moved(
    order: "array[int]", slots: Sequence[int], known: int, before: Any, after: Any
) -> "array[int]":
    """The order with these slots where they belong now; those beyond `known` are new in it."""
    made = order[:]
    for slot in slots:
        if slot < known:
            del made[bisect_left(made, before(slot), key=before)]
    for slot in slots:
        insort(made, slot, key=after)
    return made
