"""The whole directory as bits: who is listed, who has which category, region, country, sector.

One bit an organisation, in the order of names, so that filters, counts and pages are a few
operations on whole numbers. Built from rows, never changed; another version is another snapshot.
"""

from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress, islice
from threading import Lock
from typing import Final, NamedTuple

from alliance.directory.rules.bits import bits_at, flags_of, positions_of

FACETS: Final = ("category", "region", "country", "sector")
_DAYS_KEPT: Final = 8
_COUNTS_KEPT: Final = 256
_FOR_EVER: Final = date.max.toordinal()


class SnapshotRow(NamedTuple):
    """One listing. `periods` are stretches of membership [from, to) with None for an open end."""

    organisation_id: int
    category: str
    country: str | None
    sector_ids: Sequence[int]
    joined_on: date
    periods: Sequence[tuple[date, date | None]]


@dataclass(frozen=True, slots=True)
class Selection:
    """Chosen values per facet; none chosen means all. Regions by M49 code, sectors by id."""

    category: frozenset[str] = frozenset()
    region: frozenset[int] = frozenset()
    country: frozenset[str] = frozenset()
    sector: frozenset[int] = frozenset()


Value = str | int
Counts = dict[Value, int]


class _Having(dict[Value, "array[int]"]):
    """Values with the positions of who has them, while rows are read."""

    def __missing__(self, value: Value) -> "array[int]":
        self[value] = positions = array("i")
        return positions

    def bits(self, size: int) -> dict[Value, int]:
        return {value: bits_at(positions, size) for value, positions in self.items()}


class DirectorySnapshot:
    """All listings of one version of the directory. Safe to read from several threads."""

    def __init__(
        self,
        rows: Iterable[SnapshotRow],
        *,
        version: int,
        regions_of: Mapping[str, Sequence[int]],
        parent_of: Mapping[int, int | None],
    ) -> None:
        """`rows` come in name order. `regions_of`: country to its sub-region, region, ...

        `parent_of`: sector to the sector above it; an organisation counts in every sector above.
        """
        self.version = version
        self._ids = array("q")
        self._members, self._starts, self._ends = array("i"), array("i"), array("i")
        joined = array("i")
        # Rows are read once and let go, so that building costs little more than what is kept.
        categories, countries, sectors = _Having(), _Having(), _Having()
        for position, row in enumerate(rows):
            self._ids.append(row.organisation_id)
            joined.append(row.joined_on.toordinal())
            categories[row.category].append(position)
            if row.country:
                countries[row.country].append(position)
            for sector in row.sector_ids:
                sectors[sector].append(position)
            for start, end in row.periods:
                self._members.append(position)
                self._starts.append(start.toordinal())
                self._ends.append(end.toordinal() if end else _FOR_EVER)
        self.size = len(self._ids)
        self._sorted_ids = array("q", sorted(self._ids))
        self._positions = dict(zip(self._ids, range(self.size), strict=True))
        in_country = countries.bits(self.size)
        self._facets: dict[str, dict[Value, int]] = {
            "category": categories.bits(self.size),
            "region": _regions(in_country, regions_of),
            "country": in_country,
            "sector": _with_parents(sectors.bits(self.size), parent_of),
        }
        self._newest_first, self._rank_of = _newest_first(joined)
        self.everything = (1 << self.size) - 1
        self._listed: OrderedDict[int, int] = OrderedDict()
        self._counted: OrderedDict[tuple[str, int], Counts] = OrderedDict()
        self._lock = Lock()

    def listed(self, day: date) -> int:
        """The organisations that are members on `day`."""
        ordinal = day.toordinal()
        with self._lock:
            if ordinal in self._listed:
                self._listed.move_to_end(ordinal)
                return self._listed[ordinal]
        bits = bits_at(
            [
                position
                for position, start, end in zip(
                    self._members, self._starts, self._ends, strict=True
                )
                if start <= ordinal < end
            ],
            self.size,
        )
        with self._lock:
            self._listed[ordinal] = bits
            while len(self._listed) > _DAYS_KEPT:
                self._listed.popitem(last=False)
        return bits

    def bits_of(self, ids: Iterable[int]) -> int:
        """The organisations with these ids; ids that this version does not know are left out."""
        positions = self._positions
        return bits_at([positions[id] for id in ids if id in positions], self.size)

    def between(self, first_id: int | None, last_id: int | None) -> int:
        """The organisations from one to another in the order of names, both included."""
        first, last = self._positions.get(first_id or 0), self._positions.get(last_id or 0)
        if first is None or last is None or last < first:
            return 0
        return ((1 << (last - first + 1)) - 1) << first

    def having(self, facet: str, values: Iterable[Value]) -> int:
        """The organisations with any of the values, e.g. `having("country", ["AT", "CH"])`."""
        bits, known = 0, self._facets[facet]
        for value in values:
            bits |= known.get(value, 0)
        return bits

    def filter(self, selection: Selection, base: int) -> int:
        """The organisations of `base` that have a chosen value in every facet with a choice."""
        for bits in self._chosen(selection).values():
            base &= bits
        return base

    def facet_counts(self, selection: Selection, base: int) -> dict[str, Counts]:
        """Per facet and value how many of `base` have it; values that nobody has are left out.

        The counts of a facet respect the choices in all other facets, not those in itself.
        """
        chosen = self._chosen(selection)
        counts: dict[str, Counts] = {}
        for facet in FACETS:
            others = base
            for facet_chosen, bits in chosen.items():
                if facet_chosen != facet:
                    others &= bits
            counts[facet] = self.counts(facet, others)
        return counts

    def counts(self, facet: str, bits: int) -> Counts:
        """How many of these organisations have each value of a facet, e.g. for the map.

        The answer is shared with other callers: read it, do not change it.
        """
        key = (facet, bits)
        with self._lock:
            if key in self._counted:
                self._counted.move_to_end(key)
                return self._counted[key]
        counted = {
            value: count
            for value, having in self._facets[facet].items()
            if (count := (having & bits).bit_count())
        }
        with self._lock:
            self._counted[key] = counted
            while len(self._counted) > _COUNTS_KEPT:
                self._counted.popitem(last=False)
        return counted

    def _chosen(self, selection: Selection) -> dict[str, int]:
        return {
            facet: self.having(facet, values)
            for facet in FACETS
            if (values := getattr(selection, facet))
        }

    def ids(self, bits: int) -> list[int]:
        """The ids of these organisations in the order of names."""
        return [self._ids[position] for position in positions_of(bits)]

    def page(self, bits: int, order: str, offset: int, limit: int) -> list[int]:
        """The ids from `offset` on, by "name" or by day "joined" (newest first, then by name)."""
        if order == "joined":
            positions = self._newest(bits, offset, limit)
        else:
            positions = list(islice(positions_of(bits, skip=offset), limit))
        return [self._ids[position] for position in positions]

    def page_after(self, bits: int, after: int, limit: int) -> list[int]:
        """At most `limit` ids above `after`, ascending, whether or not `after` still exists."""
        if bits.bit_count() * 8 < self.size:
            found = sorted(self.ids(bits))
            start = bisect_right(found, after)
            return found[start : start + limit]
        start = bisect_right(self._sorted_ids, after)
        ahead = islice(self._sorted_ids, start, None)
        flags, positions = flags_of(bits, self.size), self._positions
        return list(islice((id for id in ahead if flags[positions[id]]), limit))

    def tiered_page(self, tiers: Iterable[int], offset: int, limit: int) -> list[int]:
        """The ids from `offset` on: the first tier by name, then what the second adds, ..."""
        ids: list[int] = []
        shown = 0
        for tier in tiers:
            bits = tier & ~shown
            shown |= tier
            size = bits.bit_count()
            if offset >= size:
                offset -= size
                continue
            ids += self.page(bits, "name", offset, limit - len(ids))
            offset = 0
            if len(ids) >= limit:
                break
        return ids

    def ranked_page(self, ranked: Sequence[int], bits: int, offset: int, limit: int) -> list[int]:
        """As `page`, in the order in which the ids stand in `ranked`; others are left out."""
        among = (id for id in ranked if id in self._positions and bits >> self._positions[id] & 1)
        return list(islice(among, offset, offset + limit))

    def _newest(self, bits: int, offset: int, limit: int) -> list[int]:
        if bits.bit_count() * 8 < self.size:
            found = sorted(positions_of(bits), key=self._rank_of.__getitem__)
            return found[offset : offset + limit]
        flags = flags_of(bits, self.size)
        in_order = compress(self._newest_first, map(flags.__getitem__, self._newest_first))
        return list(islice(in_order, offset, offset + limit))


def _newest_first(joined: Sequence[int]) -> tuple["array[int]", "array[int]"]:
    """The positions by day of joining, latest first, and for each position its place in that."""
    # Reversed sorting is stable too: who joined on one day stays in the order of names.
    order = array("i", sorted(range(len(joined)), key=joined.__getitem__, reverse=True))
    rank_of = array("i", bytes(4 * len(joined)))
    for rank, position in enumerate(order):
        rank_of[position] = rank
    return order, rank_of


def _with_parents(own: dict[Value, int], parent_of: Mapping[int, int | None]) -> dict[Value, int]:
    """Each sector with the organisations of all sectors below it."""
    bits = dict(own)
    for sector, members in own.items():
        above, seen = parent_of.get(int(sector)), {sector}
        while above is not None and above not in seen:
            bits[above] = bits.get(above, 0) | members
            seen.add(above)
            above = parent_of.get(above)
    return bits


def _regions(
    countries: dict[Value, int], regions_of: Mapping[str, Sequence[int]]
) -> dict[Value, int]:
    bits: dict[Value, int] = {}
    for country, members in countries.items():
        for region in regions_of.get(str(country), ()):
            bits[region] = bits.get(region, 0) | members
    return bits
