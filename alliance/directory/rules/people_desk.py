"""All people in memory: who has which value of a filter, as bits, and their order by name.

Slot n is the bit of the n-th smallest id; new people get the highest ids, so slots never move.
"""

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, reduce
from itertools import compress, islice
from operator import or_
from typing import Final, NamedTuple

from alliance.directory.rules.bits import bits_at, flags_of, positions_of

NONE: Final = "none"
SOMEWHERE, NOWHERE = "somewhere", "nowhere"
CURRENT, ARCHIVED, DELETED = "current", "archived", "deleted"
FACETS: Final = ("role", "category", "country", "work", "language", "address", "state")

# Up to one in so many, those who match are put in order by themselves.
_FEW: Final = 16

Bits = Mapping[str, int]


class PeopleRow(NamedTuple):
    """One person as filters see it. roles, categories, countries: of present work.

    address: state of the address that is written to, None without one; state: of the record.
    """

    id: int
    language: str | None
    address: str | None
    state: str
    roles: Sequence[str] | None
    categories: Sequence[str] | None
    countries: Sequence[str] | None


class Unknown(LookupError):
    """A neighbour in the order of names is not known here."""


class PeopleSnapshot:
    """The people of one version on one day; shared by all threads, changed by none."""

    def __init__(
        self,
        today: date,
        ids: "array[int]",
        order: "array[int]",
        values: Mapping[str, Bits],
        everybody: int,
    ) -> None:
        """Use `full` and `refreshed`. order: slots by name; values: facet -> value -> bits."""
        self.today, self.everybody = today, everybody
        self._ids, self._order, self._values = ids, order, values

    @classmethod
    def full(cls, today: date, rows: Iterable[PeopleRow], order: Iterable[int]) -> "PeopleSnapshot":
        """The snapshot of all people. rows: by id; order: ids by name."""
        ids: array[int] = array("q")

        def slotted() -> Iterator[tuple[int, PeopleRow]]:
            for slot, row in enumerate(rows):
                ids.append(row.id)
                yield slot, row

        having = _slots_having(slotted())
        made = cls(today, ids, array("i"), _bits(having, len(ids)), (1 << len(ids)) - 1)
        made._order = made.ordered(order)
        return made

    @property
    def size(self) -> int:
        """How many slots there are."""
        return len(self._ids)

    def refreshed(
        self,
        rows: Sequence[PeopleRow],
        touched: Collection[int],
        *,
        places: Sequence[tuple[int, int | None]] = (),
        order: Iterable[int] | None = None,
    ) -> "PeopleSnapshot":
        """As this one, but `touched` ids are as `rows` say, or gone.

        places: the touched who are there, in the order of names, each with whoever stands before;
        or order: all ids by name.
        Raises Unknown when one of those is not known, and ValueError when a new id is not the
        highest: then all has to be read anew.
        """
        ids = self._ids[:]
        for row in rows:
            if self.slot(row.id) is None:
                if ids and row.id < ids[-1]:
                    raise ValueError(row.id)
                ids.append(row.id)
        made = PeopleSnapshot(self.today, ids, self._order, {}, 0)
        size = made.size
        slots = {id: slot for id in touched if (slot := made.slot(id)) is not None}
        stale = bits_at(list(slots.values()), size)
        own = _bits(_slots_having((slots[row.id], row) for row in rows), size)
        values = {
            facet: _replaced(self._values.get(facet, {}), stale, own.get(facet, {}))
            for facet in FACETS
        }
        present = bits_at([slots[row.id] for row in rows], size)
        ordered = made.ordered(order) if order is not None else made.reordered(slots, places)
        return PeopleSnapshot(self.today, ids, ordered, values, (self.everybody & ~stale) | present)

    def ordered(self, order: Iterable[int]) -> "array[int]":
        """The slots of these ids, in their order; unknown ones are left out."""
        return array("i", (slot for id in order if (slot := self.slot(id)) is not None))

    def reordered(
        self, slots: Mapping[int, int], places: Sequence[tuple[int, int | None]]
    ) -> "array[int]":
        """The order with these people where they stand now, and without those who are gone."""
        order = self._order[:]
        for slot in slots.values():
            if slot in order:
                order.remove(slot)
        for id, before in places:
            if id not in slots:
                continue
            at = 0
            if before is not None:
                neighbour = self.slot(before)
                if neighbour is None or neighbour not in order:
                    raise Unknown(before)
                at = order.index(neighbour) + 1
            order.insert(at, slots[id])
        return order

    def slot(self, id: int) -> int | None:
        """The slot of a person, None for one who is not known."""
        at = bisect_left(self._ids, id)
        return at if at < len(self._ids) and self._ids[at] == id else None

    def bits_of(self, ids: Iterable[int]) -> int:
        """The people with these ids; unknown ones are left out."""
        own, size = self._ids, self.size
        first = own[0] if size else 0
        slots = []
        for id in ids:
            # Where no number was left out, the number tells the slot.
            at: int | None = id - first
            if at is None or not 0 <= at < size or own[at] != id:
                at = self.slot(id)
            if at is not None:
                slots.append(at)
        return bits_at(slots, size) & self.everybody

    def having(self, facet: str, values: Iterable[str]) -> int:
        """Who has any of these values."""
        known = self._values.get(facet, {})
        return reduce(or_, (known.get(one, 0) for one in values), 0)

    def counts(self, facet: str, among: int) -> dict[str, int]:
        """How many of `among` have each value, without those that nobody has."""
        counted = (
            (value, (bits & among).bit_count())
            for value, bits in self._values.get(facet, {}).items()
        )
        return {value: count for value, count in counted if count}

    def page(
        self, bits: int, sort: str, offset: int, limit: int, *, is_backward: bool = False
    ) -> list[int]:
        """The ids from `offset` on by "name", or by "added" (the latest first)."""
        count = bits.bit_count()
        if offset >= count:
            return []
        if count * _FEW < self.size:
            slots = list(positions_of(bits))
            if sort == "name":
                slots.sort(key=self._ranks.__getitem__)
            if is_backward == (sort == "name"):
                slots.reverse()
            return [self._ids[slot] for slot in slots[offset : offset + limit]]
        flags = flags_of(bits, self.size)
        order: Sequence[int] = self._order if sort == "name" else range(self.size)
        if is_backward == (sort == "name"):
            order = order[::-1]
        found = compress(order, map(flags.__getitem__, order))
        return [self._ids[slot] for slot in islice(found, offset, offset + limit)]

    @cached_property
    def _ranks(self) -> "array[int]":
        """The place of each slot in the order of names."""
        ranks = array("i", bytes(4 * self.size))
        for rank, slot in enumerate(self._order):
            ranks[slot] = rank
        return ranks


def _slots_having(rows: Iterable[tuple[int, PeopleRow]]) -> dict[str, dict[str, "array[int]"]]:
    """Facet -> value -> slots, of rows with their slots."""
    having: dict[str, dict[str, array[int]]] = {facet: {} for facet in FACETS}
    for slot, row in rows:
        for facet, values in (
            ("role", row.roles or ()),
            ("category", row.categories or ()),
            ("country", row.countries or ()),
            ("work", (SOMEWHERE if row.roles else NOWHERE,)),
            ("language", (row.language or NONE,)),
            ("address", (row.address or NONE,)),
            ("state", (row.state,)),
        ):
            known = having[facet]
            for value in values:
                if value not in known:
                    known[value] = array("i")
                known[value].append(slot)
    return having


def _bits(having: Mapping[str, Mapping[str, "array[int]"]], size: int) -> dict[str, dict[str, int]]:
    return {
        facet: {value: bits_at(found, size) for value, found in values.items()}
        for facet, values in having.items()
    }


def _replaced(before: Bits, stale: int, after: Bits) -> dict[str, int]:
    """Values without the stale people and with those who have them now."""
    values = {value: bits & ~stale for value, bits in before.items()}
    for value, bits in after.items():
        values[value] = values.get(value, 0) | bits
    return values
