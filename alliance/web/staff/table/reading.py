"""What the address of a list asks for, read strictly and without losing what was typed."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from alliance.accounts.permissions import Permission
from alliance.accounts.rules.views import DENSITIES, ViewQuery
from alliance.core.errors import BadInput
from alliance.core.text import squeeze
from alliance.directory.rules.searching import LONGEST_QUERY, parse_query
from alliance.web.languages import gettext
from alliance.web.staff.table.spec import Facet, ListSpec

IGNORED = frozenset(("lang", "theme"))
_ONCE = ("q", "sort", "page", "density", "view")
_LAST_PAGE = 1_000_000
_MOST_VALUES = 60
_LONGEST_SHOWN = 40


@dataclass
class ListQuery:
    """The address of a list taken apart; holds what could be used.

    `refusals`: of each parameter that could not be used, why not and what to do. `typed`: the
    search as it was typed. `columns` and `density`: as the address or the view says, else None.
    """

    q: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    excepted: frozenset[str] = frozenset()
    sort: str = ""
    is_backward: bool = False
    page: int = 1
    columns: tuple[str, ...] | None = None
    density: str | None = None
    view_id: int | None = None
    typed: str = ""
    refusals: list[tuple[str, str]] = field(default_factory=list)

    def insist(self) -> None:
        """Raise BadInput with the first refusal, for what has no page to show it on."""
        for name, message in self.refusals:
            raise BadInput(message, field=name)

    def as_view(self) -> ViewQuery:
        """What of it a saved view keeps."""
        return ViewQuery(
            q=self.q,
            chosen=self.chosen,
            excepted=sorted(self.excepted),
            sort=self.sort,
            is_backward=self.is_backward,
            columns=self.columns,
            density=self.density,
        )


def search_of(arguments: MultiDict[str, str], view: ViewQuery | None = None) -> str:
    """The words that are searched for: those of the address, else of the view; "" for bad ones."""
    typed = arguments.get("q", "").strip()
    if not typed and view is not None and not _asks(arguments):
        typed = view.q
    try:
        parse_query(typed)
    except BadInput:
        return ""
    return squeeze(typed)


def chosen_columns(arguments: MultiDict[str, str], spec: ListSpec) -> tuple[str, ...] | None:
    """The columns that the address itself chooses, as far as they exist; None when it does not."""
    if "col" not in arguments:
        return None
    known = {one.key for one in spec.columns}
    return tuple(dict.fromkeys(key for key in arguments.getlist("col") if key in known))


def chosen_density(arguments: MultiDict[str, str]) -> str | None:
    """The density that the address itself chooses."""
    given = arguments.get("density")
    return given if given in DENSITIES else None


def view_of(arguments: MultiDict[str, str]) -> int | None:
    """The number of the view that the address names. Raises BadInput."""
    given = arguments.get("view", "")
    if not given:
        return None
    if not re.fullmatch("[0-9]{1,18}", given):
        raise BadInput(
            gettext("“%(typed)s” is no view. Choose one of the tabs.", typed=_cut(given)),
            field="view",
        )
    return int(given)


def is_bare(arguments: MultiDict[str, str]) -> bool:
    """Whether an address asks for nothing, so that the list opens as its reader likes it."""
    return not any(name not in IGNORED for name in arguments)


def read_list(
    arguments: MultiDict[str, str],
    spec: ListSpec,
    values: Mapping[str, Collection[str]],
    held: frozenset[Permission],
    *,
    view: ViewQuery | None = None,
    view_id: int | None = None,
) -> ListQuery:
    """Read the parameters of a list; `view` answers where they ask for nothing. Never raises."""
    read = _Reader(arguments, spec, values, held)
    query = ListQuery(view_id=view_id, refusals=read.refusals)
    query.typed = arguments.get("q", "").strip()
    read.refuse_unknown()
    query.q = read.search(query.typed)
    query.chosen = read.choices()
    query.excepted = read.excepted(query.chosen)
    if view is not None and not _asks(arguments):
        # What the view asks for may have become impossible since, so it is read as strictly.
        kept = _Reader(_arguments(view), spec, values, held, refusals=read.refusals)
        query.q = query.typed = view.q
        query.chosen = kept.choices()
        query.excepted = kept.excepted(query.chosen)
    sort = arguments.get("sort", "")
    if not sort and view is not None and view.sort:
        sort = f"-{view.sort}" if view.is_backward else view.sort
    query.sort, query.is_backward = read.sort(sort)
    query.page = read.page()
    query.columns = read.columns() or (tuple(view.columns) if view and view.columns else None)
    query.density = read.density() or (view.density if view else None)
    return query


def _asks(arguments: MultiDict[str, str]) -> bool:
    """Whether the address itself says who is asked for."""
    return any(name not in (*IGNORED, *_ONCE[1:], "col") for name in arguments)


def _arguments(view: ViewQuery) -> MultiDict[str, str]:
    pairs = [(name, value) for name, values in view.chosen.items() for value in values]
    return MultiDict([*pairs, *(("except", name) for name in view.excepted)])


class _Reader:
    """Reads one parameter after the other and gathers what cannot be used."""

    def __init__(
        self,
        arguments: MultiDict[str, str],
        spec: ListSpec,
        values: Mapping[str, Collection[str]],
        held: frozenset[Permission],
        refusals: list[tuple[str, str]] | None = None,
    ) -> None:
        self._arguments, self._spec, self._values, self._held = arguments, spec, values, held
        self.refusals: list[tuple[str, str]] = [] if refusals is None else refusals

    def refuse_unknown(self) -> None:
        known = (*_ONCE, "except", "col", *(one.name for one in self._spec.facets))
        for name in self._arguments:
            if name in known:
                if name in _ONCE and len(self._arguments.getlist(name)) > 1:
                    told = gettext("“%(name)s” is given more than once; give it once.", name=name)
                    self.refusals.append((name, told))
            elif name not in IGNORED:
                told = gettext("There is no filter “%(name)s”. Leave it out.", name=_cut(name))
                self.refusals.append((_cut(name), told))

    def search(self, typed: str) -> str:
        try:
            parse_query(typed)
        except BadInput:
            if len(typed) > LONGEST_QUERY:
                told = gettext("Search for %(most)s characters or fewer.", most=LONGEST_QUERY)
            else:
                told = gettext(
                    "The search holds a control character or another sign that no name has;"
                    " delete it."
                )
            self.refusals.append(("q", told))
            return ""
        return squeeze(typed)

    def choices(self) -> dict[str, tuple[str, ...]]:
        found = {}
        for facet in self._spec.facets:
            given = tuple(dict.fromkeys(filter(None, self._arguments.getlist(facet.name))))
            if given:
                found[facet.name] = self._usable(facet, given)
        return {name: values for name, values in found.items() if values}

    def _usable(self, facet: Facet, given: tuple[str, ...]) -> tuple[str, ...]:
        if facet.needs is not None and facet.needs not in self._held:
            told = gettext("You may not filter by “%(name)s”.", name=facet.title())
            self.refusals.append((facet.name, told))
            return ()
        if len(given) > _MOST_VALUES:
            told = gettext("Choose at most %(most)s values of one filter.", most=_MOST_VALUES)
            self.refusals.append((facet.name, told))
            return ()
        allowed = self._values.get(facet.name, ())
        usable = []
        for value in given:
            needs = facet.hidden.get(value)
            if value in allowed and (needs is None or needs in self._held):
                usable.append(value)
            else:
                told = gettext(
                    "“%(value)s” is no value of “%(name)s”; choose one from the list.",
                    value=_cut(value),
                    name=facet.title(),
                )
                self.refusals.append((facet.name, told))
        return tuple(usable)

    def excepted(self, chosen: Iterable[str]) -> frozenset[str]:
        known = {one.name for one in self._spec.facets}
        for name in self._arguments.getlist("except"):
            if name not in known:
                told = gettext("There is no filter “%(name)s”. Leave it out.", name=_cut(name))
                self.refusals.append(("except", told))
        return frozenset(self._arguments.getlist("except")) & frozenset(chosen)

    def sort(self, typed: str) -> tuple[str, bool]:
        name = typed.removeprefix("-")
        if not name:
            return "", False
        if name not in self._spec.sorts or name in self._spec.hidden_sorts(self._held):
            told = gettext(
                "This list cannot be sorted by “%(name)s”; choose the head of a column.",
                name=_cut(name),
            )
            self.refusals.append(("sort", told))
            return "", False
        return name, typed.startswith("-")

    def page(self) -> int:
        typed = self._arguments.get("page", "")
        if not typed:
            return 1
        if re.fullmatch("[0-9]{1,7}", typed) and 1 <= int(typed) <= _LAST_PAGE:
            return int(typed)
        told = gettext(
            "“%(typed)s” is no page. Give a whole number from 1 up for “page”.", typed=_cut(typed)
        )
        self.refusals.append(("page", told))
        return 1

    def columns(self) -> tuple[str, ...]:
        known = {one.key for one in self._spec.columns_for(self._held)}
        given = dict.fromkeys(filter(None, self._arguments.getlist("col")))
        for key in given:
            if key not in known:
                told = gettext("There is no column “%(name)s”.", name=_cut(key))
                self.refusals.append(("col", told))
        return tuple(key for key in given if key in known)

    def density(self) -> str | None:
        typed = self._arguments.get("density", "")
        if typed and typed not in DENSITIES:
            told = gettext(
                "“%(typed)s” is no density; use %(known)s.",
                typed=_cut(typed),
                known=", ".join(DENSITIES),
            )
            self.refusals.append(("density", told))
        return typed if typed in DENSITIES else None


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
