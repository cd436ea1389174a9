"""How many members there are of each kind, and in how many countries: figures that lead on."""

from collections.abc import Callable, Sequence
from datetime import date

from flask import url_for

from alliance.directory.queries.snapshots import DirectoryState
from alliance.web.languages import gettext, language
from alliance.web.public.context import Labels
from alliance.web.public.wording import number_text

Figure = tuple[str, str, str, str, bool]


def tally(
    state: DirectoryState,
    known: Labels,
    day: date,
    *,
    address_of: Callable[[str], str],
    map_address: str,
    chosen: Sequence[str] = (),
) -> list[Figure]:
    """All members of the day as components/figures.html shows them, the countries last.

    A figure is (number, word, address, shape, whether it alone is chosen). address_of: where the
    figure of a category leads, by its code.
    """
    code, listed = language(), state.snapshot.listed(day)
    counts = state.snapshot.counts("category", listed)
    found = []
    for category, (name, plural, shape) in known.categories.items():
        count = counts.get(category, 0)
        word = name if count == 1 else plural
        is_chosen = tuple(chosen) == (category,)
        found.append((number_text(count, code), word, address_of(category), shape, is_chosen))
    countries = len(state.snapshot.counts("country", listed))
    found.append((number_text(countries, code), gettext("Countries"), map_address, "", False))
    return found


def present_tally(state: DirectoryState, known: Labels, day: date) -> list[Figure]:
    """The tally of a page outside the directory, which leads into it."""
    members = url_for("public.members")
    return tally(
        state,
        known,
        day,
        address_of=lambda category: f"{members}?category={category}",
        map_address=f"{members}?view=map",
    )
