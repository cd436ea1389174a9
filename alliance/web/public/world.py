"""The map of the members: every country with a shade by number, and the same as a table."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from flask import current_app

from alliance.directory.queries.snapshots import DirectoryState
from alliance.web.languages import gettext, ngettext
from alliance.web.public.context import Labels
from alliance.web.public.wording import number_text

_FEW = (1, 2, 3, 5)
_FACTORS = (1, 2, 5)


@dataclass(frozen=True)
class WorldMap:
    """What the map and its table show. `outlines` are the contents of static/map/world.json.

    levels: country to shade 0-4; texts: country to “Kenya: 3 members”; links: country to its list;
    legend: (shade, mark, ""); rows: (country, address, members, members by category), the most
    first. `total` counts all members, `unplaced` those without a public country.
    """

    outlines: Mapping[str, Any]
    levels: Mapping[str, int]
    texts: Mapping[str, str]
    links: Mapping[str, str]
    legend: Sequence[tuple[int, str, str]]
    rows: Sequence[tuple[str, str, int, Sequence[int]]]
    total: int
    unplaced: int
    summary: str


def world_map(
    state: DirectoryState,
    bits: int,
    labels: Labels,
    language: str,
    address_of: Callable[[str], str],
) -> WorldMap:
    """The countries of these members. `address_of` gives the list of a country by its code."""
    counts: Mapping[Any, int] = state.snapshot.counts("country", bits)
    bounds = _bounds(max(counts.values(), default=0))
    by_category = [
        state.snapshot.counts("country", state.snapshot.having("category", [code]) & bits)
        for code in labels.categories
    ]
    # In the order of names, which stays among countries with equally many.
    listed = [(code, name) for code, name in labels.countries.items() if code in counts]
    links = {code: address_of(code) for code, _ in listed}
    rows = [
        (name, links[code], counts[code], [one.get(code, 0) for one in by_category])
        for code, name in listed
    ]
    total = bits.bit_count()
    return WorldMap(
        outlines=outlines(current_app.extensions["assets"].folder),
        levels={code: sum(counts[code] >= bound for bound in bounds) for code, _ in listed},
        texts={code: _text(name, counts[code], language) for code, name in listed},
        links=links,
        legend=_legend(bounds, language),
        rows=sorted(rows, key=lambda row: -row[2]),
        total=total,
        unplaced=total - sum(counts.values()),
        summary=ngettext(
            "%(num)s country has at least one member.",
            "%(num)s countries have at least one member.",
            len(counts),
        ),
    )


@cache
def outlines(static: Path) -> dict[str, Any]:
    """The outlines of countries and the places of small states, by code, as drawn."""
    file = static / "map" / "world.json"
    drawn: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return drawn


def _text(country: str, count: int, language: str) -> str:
    told = ngettext("%(num)s member", "%(num)s members", count, num=number_text(count, language))
    return gettext("%(country)s: %(members)s", country=country, members=told)


def _bounds(highest: int) -> tuple[int, int, int, int]:
    """From how many members on each of the four shades begins; round numbers."""
    if highest <= 2 * _FEW[-1]:
        return _FEW
    steps = [_round(highest ** (power / 4)) for power in (1, 2, 3)]
    second = max(steps[0], 2)
    third = max(steps[1], second + 1)
    return 1, second, third, max(steps[2], third + 1)


def _round(number: float) -> int:
    magnitude = 1
    while number >= 10 * magnitude:
        magnitude *= 10
    return max(factor * magnitude for factor in _FACTORS if factor * magnitude <= number)


def _legend(bounds: Sequence[int], language: str) -> list[tuple[int, str, str]]:
    marks = ["0"]
    for bound, following in pairwise(bounds):
        first, last = number_text(bound, language), number_text(following - 1, language)
        marks.append(first if first == last else f"{first}–{last}")
    marks.append(f"{number_text(bounds[-1], language)}+")
    return [(level, mark, "") for level, mark in enumerate(marks)]
