"""What a list of the workspace offers, said once for each list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from alliance.accounts.permissions import Permission

Words = Callable[[], str]


@dataclass(frozen=True)
class Facet:
    """A filter with a closed list of values. `needs`: who may filter by it, by anybody when None.

    `hidden`: values that need a permission of their own. `shown`: how many stand there at once.
    """

    name: str
    title: Words
    shown: int = 6
    needs: Permission | None = None
    hidden: Mapping[str, Permission] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """A column after the name. `sort`: the order that its heading leads to, "" for none.

    `needs`: who may see it and sort by it.
    """

    key: str
    label: Words
    sort: str = ""
    is_number: bool = False
    needs: Permission | None = None


@dataclass(frozen=True)
class ListSpec:
    """A list: `area` as in saved views, `path` its address.

    `columns` that are not in `first_columns` are shown when they are chosen. `sorts`: all orders;
    the first holds where none is asked for. `latest_first`: orders that begin with the latest.
    """

    area: str
    path: str
    facets: tuple[Facet, ...]
    columns: tuple[Column, ...]
    first_columns: tuple[str, ...]
    sorts: tuple[str, ...]
    latest_first: frozenset[str] = frozenset()

    def facets_for(self, held: frozenset[Permission]) -> tuple[Facet, ...]:
        """The filters of whoever has these permissions."""
        return tuple(one for one in self.facets if one.needs is None or one.needs in held)

    def columns_for(self, held: frozenset[Permission]) -> tuple[Column, ...]:
        """The columns of whoever has these permissions."""
        return tuple(one for one in self.columns if one.needs is None or one.needs in held)

    def hidden_sorts(self, held: frozenset[Permission]) -> frozenset[str]:
        """The orders that would tell what somebody may not see."""
        seen = {one.sort for one in self.columns_for(held)}
        return frozenset(one.sort for one in self.columns if one.sort) - seen
