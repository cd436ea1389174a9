"""What the address of the directory asks for, read strictly and without losing what was typed."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from alliance.core.errors import BadInput
from alliance.core.text import fold, squeeze
from alliance.directory.rules.reference import Reference, label_of
from alliance.directory.rules.searching import LONGEST_QUERY, SORTS, DirectoryCriteria, parse_query
from alliance.web.languages import gettext, language

VIEWS = ("list", "table", "map")
PER_PAGE = 25
KNOWN = ("q", "category", "region", "country", "sector", "as_of", "view", "page", "sort")
# What others append to addresses, and what the frame reads.
IGNORED = frozenset(("lang", "theme", "fbclid", "gclid", "msclkid", "mc_cid", "mc_eid"))
Value = TypeVar("Value")
_ONCE = ("q", "as_of", "view", "page", "sort")
_LAST_PAGE = 1_000_000
_MOST_VALUES = 60


@dataclass
class DirectoryQuery:
    """An address of the directory taken apart.

    `criteria` holds what could be used. `refusals` says of each parameter that could not be why not
    and what to do, in the order met. `typed` is what the form shows again.
    """

    criteria: DirectoryCriteria
    view: str
    is_dated: bool
    typed: Mapping[str, str]
    refusals: list[tuple[str, str]] = field(default_factory=list)

    def insist(self) -> None:
        """Raise BadInput with the first refusal, for answers that have no form to show."""
        for name, message in self.refusals:
            raise BadInput(message, field=name)


def read(arguments: MultiDict[str, str], reference: Reference, *, today: date) -> DirectoryQuery:
    """Read the parameters of /members and of its downloads. Never raises; see `refusals`."""
    refusals: list[tuple[str, str]] = []
    _refuse_unknown(arguments, refusals)
    given = {name: arguments.get(name, "").strip() for name in _ONCE}
    regions = [term.slug for term in reference.regions.values()]
    sectors = [term.slug for term in reference.sectors.values()]
    lists = {
        "category": _choices(arguments, "category", reference.categories, refusals),
        "region": _choices(arguments, "region", regions, refusals),
        "country": _countries(arguments, reference, refusals),
        "sector": _choices(arguments, "sector", sectors, refusals),
    }
    day = _attempt(lambda: _day(given["as_of"]), "as_of", None, refusals)
    criteria = DirectoryCriteria(
        as_of=day or today,
        q=_attempt(lambda: _search(given["q"]), "q", "", refusals),
        categories=lists["category"],
        regions=lists["region"],
        countries=lists["country"],
        sectors=lists["sector"],
        sort=_attempt(lambda: _one_of("sort", given["sort"], SORTS), "sort", "relevance", refusals),
        page=_attempt(lambda: _page(given["page"]), "page", 1, refusals),
        per_page=PER_PAGE,
    )
    view = _attempt(lambda: _one_of("view", given["view"], VIEWS), "view", "list", refusals)
    return DirectoryQuery(criteria, view, day is not None, given, refusals)


def organisation_day(arguments: MultiDict[str, str]) -> date | None:
    """The day for which an organisation's page is asked, None for today. Raises BadInput."""
    refusals: list[tuple[str, str]] = []
    _refuse_unknown(arguments, refusals, known=("as_of",))
    for name, message in refusals:
        raise BadInput(message, field=name)
    return _day(arguments.get("as_of", "").strip())


def _attempt(
    read_one: Callable[[], Value], name: str, otherwise: Value, refusals: list[tuple[str, str]]
) -> Value:
    try:
        return read_one()
    except BadInput as refused:
        refusals.append((name, refused.message))
        return otherwise


def _refuse_unknown(
    arguments: MultiDict[str, str],
    refusals: list[tuple[str, str]],
    known: tuple[str, ...] = KNOWN,
) -> None:
    for name in arguments:
        if name in known:
            if name in _ONCE and len(arguments.getlist(name)) > 1:
                refusals.append(
                    (name, gettext("“%(name)s” is given more than once; give it once.", name=name))
                )
        elif name not in IGNORED and not name.startswith("utm_"):
            told = gettext(
                "There is no parameter “%(name)s”. Leave it out; the parameters are %(known)s.",
                name=_cut(name),
                known=", ".join(known),
            )
            refusals.append((_cut(name), told))


def _search(typed: str) -> str:
    """The words to search for. What the rules say in English is said in the visitor's language."""
    try:
        parse_query(typed)
    except BadInput as refused:
        if len(typed) > LONGEST_QUERY:
            told = gettext("Search for %(most)s characters or fewer.", most=LONGEST_QUERY)
        else:
            told = gettext(
                "The search holds a control character or another sign that no name has; delete it."
            )
        raise BadInput(told, field="q") from refused
    return squeeze(typed)


def _day(typed: str) -> date | None:
    if not typed:
        return None
    try:
        if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", typed):
            return date.fromisoformat(typed)
    except ValueError:
        pass
    raise BadInput(
        gettext(
            "“%(typed)s” is no day for “as_of”. Write year, month and day, for example 2024-06-03.",
            typed=_cut(typed),
        ),
        field="as_of",
    )


def _one_of(name: str, typed: str, allowed: tuple[str, ...]) -> str:
    if not typed:
        return allowed[0]
    if typed not in allowed:
        raise _unknown(name, typed, allowed)
    return typed


def _page(typed: str) -> int:
    if not typed:
        return 1
    if re.fullmatch("[0-9]{1,7}", typed) and 1 <= int(typed) <= _LAST_PAGE:
        return int(typed)
    raise BadInput(
        gettext(
            "“%(typed)s” is no page. Give a whole number from 1 up for “page”.", typed=_cut(typed)
        ),
        field="page",
    )


def _choices(
    arguments: MultiDict[str, str],
    name: str,
    allowed: Iterable[str],
    refusals: list[tuple[str, str]],
) -> tuple[str, ...]:
    known, chosen = tuple(allowed), []
    for typed in _values(arguments, name, refusals):
        if typed in known:
            chosen.append(typed)
        else:
            refusals.append((name, _unknown(name, typed, known).message))
    return tuple(dict.fromkeys(chosen))


def _countries(
    arguments: MultiDict[str, str], reference: Reference, refusals: list[tuple[str, str]]
) -> tuple[str, ...]:
    chosen = []
    for typed in _values(arguments, "country", refusals):
        if typed.upper() in reference.countries:
            chosen.append(typed.upper())
            continue
        code = _code_of(typed, reference) or "ET"
        term = reference.countries.get(code)
        told = gettext(
            "“%(typed)s” is no country code for “country”. Use two letters, for example"
            " %(code)s for %(country)s; the codebook lists them all.",
            typed=_cut(typed),
            code=code,
            country=label_of(term.names, language()) if term else code,
        )
        refusals.append(("country", told))
    return tuple(dict.fromkeys(chosen))


def _code_of(typed: str, reference: Reference) -> str | None:
    """The code of the country that is called so, to help whoever wrote its name."""
    wanted = fold(typed)
    for term in reference.countries.values():
        if any(fold(name) == wanted for name in (*term.names.values(), *term.aliases)):
            return term.code
    return None


def _values(
    arguments: MultiDict[str, str], name: str, refusals: list[tuple[str, str]]
) -> list[str]:
    values = [typed.strip() for typed in arguments.getlist(name)]
    values = [typed for typed in values if typed]
    if len(values) > _MOST_VALUES:
        told = gettext(
            "Choose at most %(most)s values for “%(name)s”.", most=_MOST_VALUES, name=name
        )
        refusals.append((name, told))
    return values[:_MOST_VALUES]


def _unknown(name: str, typed: str, allowed: Iterable[str]) -> BadInput:
    told = gettext(
        "“%(typed)s” cannot be used for “%(name)s”. Use one of %(allowed)s.",
        typed=_cut(typed),
        name=name,
        allowed=", ".join(allowed),
    )
    return BadInput(told, field=name)


def _cut(typed: str) -> str:
    return typed if len(typed) <= 60 else f"{typed[:60]}…"
