"""Addresses of the directory: the present choice with something added, removed or replaced."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import url_for

from alliance.core.paging import PageNumbers
from alliance.directory.rules.searching import SORTS, DirectoryCriteria
from alliance.web.public.parameters import VIEWS, DirectoryQuery
from alliance.web.public.wording import number_text

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Addresses:
    """The choice behind a page as (parameter, value), without view and page.

    It stands in one order, so that one choice has one address.
    """

    path: str
    choice: Pairs
    view: str

    @classmethod
    def of(cls, query: DirectoryQuery) -> "Addresses":
        """The addresses around what was asked for."""
        return cls(url_for("public.members"), choice_of(query.criteria, query.is_dated), query.view)

    def with_view(self, view: str) -> str:
        """The same choice in another view, from its first page."""
        return self._to(self.choice, view)

    def with_page(self, page: int) -> str:
        """The same choice and view, another page."""
        more = [("page", str(page))] if page > 1 else []
        return self._to([*self.choice, *self._view(self.view), *more], VIEWS[0])

    def without(self, name: str, value: str) -> str:
        """The choice without one value."""
        return self._to([pair for pair in self.choice if pair != (name, value)], self.view)

    def only(self, name: str, value: str, *, view: str = VIEWS[0]) -> str:
        """The choice with this as the only value of a parameter; "" for none."""
        kept = [pair for pair in self.choice if pair[0] != name]
        return self._to([*kept, (name, value)] if value else kept, view)

    def clear(self) -> str:
        """Everybody, in the present view."""
        return self._to([], self.view)

    def elsewhere(self, path: str) -> str:
        """The same choice at another address, such as that of a download."""
        return f"{path}?{urlencode(self.choice)}" if self.choice else path

    def _to(self, pairs: Pairs, view: str) -> str:
        query = urlencode([*pairs, *self._view(view)])
        return f"{self.path}?{query}" if query else self.path

    def _view(self, view: str) -> list[tuple[str, str]]:
        return [("view", view)] if view != VIEWS[0] else []


def choice_of(criteria: DirectoryCriteria, is_dated: bool) -> list[tuple[str, str]]:
    """What was chosen as parameters; the day only when it was given."""
    pairs = [("q", criteria.q)] if criteria.q else []
    pairs += [("category", one) for one in criteria.categories]
    pairs += [("region", one) for one in criteria.regions]
    pairs += [("country", one) for one in criteria.countries]
    pairs += [("sector", one) for one in criteria.sectors]
    if is_dated:
        pairs.append(("as_of", criteria.as_of.isoformat()))
    if criteria.sort != SORTS[0]:
        pairs.append(("sort", criteria.sort))
    return pairs


def pager(numbers: PageNumbers, addresses: Addresses, code: str) -> dict[str, object]:
    """The pages to offer, each as (number, address, whether it is this one); None marks a gap."""
    return {
        "pages": [
            None
            if one is None
            else (number_text(one, code), addresses.with_page(one), one == numbers.number)
            for one in numbers.window()
        ],
        "previous": addresses.with_page(numbers.number - 1) if numbers.number > 1 else "",
        "next": addresses.with_page(numbers.number + 1) if numbers.number < numbers.count else "",
    }
