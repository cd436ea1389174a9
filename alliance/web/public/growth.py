"""How the alliance grew: members at the end of years by kind, for a chart and its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from alliance.directory.queries.snapshots import DirectoryState
from alliance.web.public.context import once_a_version

MOST_COLUMNS = 7
_LONGEST_HISTORY = 120


@dataclass(frozen=True)
class Growth:
    """Columns: (year, members by category in the order of the list), the last one as of today."""

    columns: Sequence[tuple[str, Sequence[int]]]

    @property
    def first(self) -> tuple[str, int]:
        """The first year shown and how many were members at its end."""
        year, counts = self.columns[0]
        return year, sum(counts)

    @property
    def last(self) -> int:
        """How many are members today."""
        return sum(self.columns[-1][1])


def growth(state: DirectoryState, today: date) -> Growth | None:
    """The history in at most MOST_COLUMNS years evenly apart; None when nobody is a member."""
    return once_a_version(state, "growth", today, lambda: _growth(state, today))


def _growth(state: DirectoryState, today: date) -> Growth | None:
    years = today.year - _first_year(state, today) + 1
    distance = -(-years // MOST_COLUMNS)
    columns: list[tuple[str, Sequence[int]]] = []
    for year in range(today.year, today.year - years, -distance):
        listed = state.snapshot.listed(min(today, date(year, 12, 31)))
        counts = [
            (state.snapshot.having("category", [code]) & listed).bit_count()
            for code in state.reference.categories
        ]
        if any(counts) or columns:
            columns.append((str(year), counts))
    while columns and not any(columns[-1][1]):
        columns.pop()
    return Growth(columns[::-1]) if columns else None


def _first_year(state: DirectoryState, today: date) -> int:
    """The year in which the first of today's listings joined, by halving."""
    early, late = today.year - _LONGEST_HISTORY, today.year
    while early < late:
        middle = (early + late) // 2
        if state.snapshot.listed(min(today, date(middle, 12, 31))):
            late = middle
        else:
            early = middle + 1
    return late
