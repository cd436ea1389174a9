"""Addresses of a list: the present choice with something added, removed or replaced."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from alliance.core.paging import PageNumbers
from alliance.web.public.wording import number_text
from alliance.web.staff.table.reading import ListQuery
from alliance.web.staff.table.spec import ListSpec

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ListAddresses:
    """The choice behind a page as (parameter, value), without the page, in one order."""

    spec: ListSpec
    choice: Pairs
    extra: Pairs

    @classmethod
    def of(
        cls, query: ListQuery, spec: ListSpec, *, columns: Sequence[str] = ()
    ) -> "ListAddresses":
        """The addresses around what was asked for; columns: those that the address chose."""
        pairs = [("q", query.q)] if query.q else []
        for facet in spec.facets:
            pairs += [(facet.name, value) for value in query.chosen.get(facet.name, ())]
        pairs += [("except", name) for name in sorted(query.excepted)]
        extra = [("col", key) for key in columns]
        if query.sort:
            extra.append(("sort", f"-{query.sort}" if query.is_backward else query.sort))
        if query.view_id is not None:
            extra.append(("view", str(query.view_id)))
        return cls(spec, tuple(pairs), tuple(extra))

    def with_page(self, page: int) -> str:
        """The same choice, another page."""
        more = [("page", str(page))] if page > 1 else []
        return self._to([*self.choice, *self.extra, *more])

    def with_sort(self, sort: str) -> str:
        """The same choice in another order, from the first page."""
        kept = [pair for pair in self.extra if pair[0] != "sort"]
        return self._to([*self.choice, *kept, ("sort", sort)])

    def without(self, name: str, value: str) -> str:
        """The choice without one value; what it leaves is no view any more when it is nothing."""
        left = [pair for pair in self.choice if pair != (name, value)]
        if not any(pair[0] == name for pair in left):
            left = [pair for pair in left if pair != ("except", name)]
        return self._to([*left, *self._kept(left)])

    def only(self, *pairs: tuple[str, str]) -> str:
        """The whole list with these choices and no others."""
        return self._to(list(pairs))

    def clear(self) -> str:
        """The whole list, in the present order."""
        return self._to(self._kept([])) if self._kept([]) else f"{self.spec.path}?sort=name"

    def elsewhere(self, path: str) -> str:
        """The same choice at another address, such as that of a download."""
        pairs = [*self.choice, *(pair for pair in self.extra if pair[0] in ("sort", "col"))]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def hidden(self, *left_out: str) -> list[tuple[str, str]]:
        """What a form must carry along so that it changes nothing else."""
        return [pair for pair in (*self.choice, *self.extra) if pair[0] not in left_out]

    def hidden_beside_filters(self) -> list[tuple[str, str]]:
        """What the form of the filters must carry along."""
        return self.hidden("view", "except", *(one.name for one in self.spec.facets))

    def _kept(self, left: Pairs) -> list[tuple[str, str]]:
        return [pair for pair in self.extra if pair[0] != "view" or left]

    def _to(self, pairs: Pairs) -> str:
        return f"{self.spec.path}?{urlencode(pairs)}" if pairs else self.spec.path


def list_pager(numbers: PageNumbers, addresses: ListAddresses, code: str) -> dict[str, Any]:
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
