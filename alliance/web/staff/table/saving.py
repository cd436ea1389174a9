"""Which lists there are, so that the pages about saved views serve all of them."""

from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from alliance.accounts.rules.views import ViewQuery
from alliance.web.staff.table.spec import Words


@dataclass(frozen=True)
class Area:
    """A list with saved views: its name, its address, and what an address of it asks for.

    `read` raises BadInput for what it cannot understand. `tell`: the filters of a view in words.
    """

    title: Words
    path: str
    read: Callable[[MultiDict[str, str]], ViewQuery]
    tell: Callable[[ViewQuery], list[str]]


AREAS: dict[str, Area] = {}
