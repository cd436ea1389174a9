"""The directory: list, table and map of the members, under search, filters and a day."""

from dataclasses import dataclass, replace

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alliance.accounts.permissions import Permission, allow
from alliance.core import clock
from alliance.core.db import db
from alliance.core.errors import BadInput
from alliance.core.paging import PageNumbers
from alliance.directory.queries.directory import (
    DirectoryPage,
    OpenedDirectory,
    find_page,
    open_directory,
)
from alliance.directory.rules.searching import parse_query
from alliance.web.languages import gettext, language, ngettext
from alliance.web.public import public
from alliance.web.public.addresses import Addresses, pager
from alliance.web.public.context import Labels, labels
from alliance.web.public.facets import facet_groups
from alliance.web.public.parameters import DirectoryQuery, read
from alliance.web.public.rows import finished_rows, organisation_rows
from alliance.web.public.tally import Figure, tally
from alliance.web.public.wording import day_text, number_text
from alliance.web.public.world import world_map

FIELDS = {"q": "search-q", "as_of": "as_of", "sort": "sort"}


@dataclass(frozen=True)
class Asked:
    """One request to the directory: what it asks for and the directory as it stands."""

    query: DirectoryQuery
    opened: OpenedDirectory


def asked() -> Asked:
    """Read the request, in one statement that also looks the search words up."""
    opened: OpenedDirectory | None = g.get("opened_directory")
    if opened is None:
        opened = _opened(request.args.get("q", "").strip())
        g.directory_state = opened.state
    today = clock.today(opened.state.settings.zone)
    return Asked(read(request.args, opened.state.reference, today=today), opened)


def _opened(typed: str) -> OpenedDirectory:
    """The directory with the words looked up, or none of them when they cannot be searched for."""
    try:
        query = parse_query(typed)
    except BadInput:
        query = parse_query("")
    state = g.get("directory_state")
    if state is not None and not query.tokens:
        return OpenedDirectory(state, query, None)
    return open_directory(db.session(), typed if query.tokens else "")


@public.get("/members")
@allow(Permission.SEE_PUBLIC)
def members() -> ResponseReturnValue:
    """The directory; what cannot be understood gets 400 and the form as it was typed."""
    request_ = asked()
    query, code = request_.query, language()
    page = find_page(db.session(), query.criteria, opened=request_.opened)
    if page.pages and query.criteria.page > page.pages:
        last = replace(query.criteria, page=page.pages)
        page = find_page(db.session(), last, opened=request_.opened)
    known = labels(page.state, code)
    body = render_template(
        "public/members.html",
        query=query,
        errors=[(FIELDS.get(name, "facets"), told) for name, told in query.refusals],
        **_found(page, query, known, code),
    )
    return body, 400 if query.refusals else 200


def _found(
    page: DirectoryPage, query: DirectoryQuery, known: Labels, code: str
) -> dict[str, object]:
    addresses = Addresses.of(query)
    numbers = PageNumbers.of(
        number=page.criteria.page, total=page.total, size=page.criteria.per_page
    )
    as_of = f"?as_of={query.criteria.as_of.isoformat()}" if query.is_dated else ""
    shown: dict[str, object] = {
        "addresses": addresses,
        "tally": _tally(page, addresses, known),
        "chips": _chips(query, addresses, known, code),
        "groups": facet_groups(page, known, code),
        "sorts": _sorts(bool(query.criteria.q)),
        "views": [
            (gettext("List"), addresses.with_view("list"), "list", query.view == "list"),
            (gettext("Table"), addresses.with_view("table"), "table", query.view == "table"),
            (gettext("Map"), addresses.with_view("map"), "map", query.view == "map"),
        ],
        "count": _count(page, query, code),
        "caption": _caption(query, code),
        "suggestion": _suggestion(page, addresses),
        "approximate": page.is_approximate and bool(page.rows),
        "number": lambda number: number_text(number, code),
        "kinds": [(plural, shape) for _, plural, shape in known.categories.values()],
        "csv_url": addresses.elsewhere(url_for("public.members_csv")),
        "json_url": addresses.elsewhere(url_for("public.members_json")),
        "total": page.total,
    }
    if query.view == "map":
        shown["world"] = world_map(
            page.state,
            0 if query.refusals else page.bits,
            known,
            code,
            lambda country: addresses.only("country", country),
        )
    else:
        rows = [] if query.refusals else page.rows
        if query.view == "table":
            shown["rows"] = organisation_rows(rows, known, code, query=as_of, is_table=True)
        else:
            shown["rows"] = finished_rows(page.state, rows, known, code, query=as_of)
        shown["pager"] = pager(numbers, addresses, code)
    return shown


def _tally(page: DirectoryPage, addresses: Addresses, known: Labels) -> list[Figure]:
    """Each figure is the first filter; a chosen one leads back to all."""
    chosen = page.criteria.categories

    def address_of(category: str) -> str:
        value = "" if chosen == (category,) else category
        return addresses.only("category", value, view=addresses.view)

    return tally(
        page.state,
        known,
        page.criteria.as_of,
        address_of=address_of,
        map_address=addresses.with_view("map"),
        chosen=chosen,
    )


def _chips(
    query: DirectoryQuery, addresses: Addresses, known: Labels, code: str
) -> list[tuple[str, str]]:
    words = {
        "category": {key: one[0] for key, one in known.categories.items()},
        "region": known.regions,
        "country": known.countries,
        "sector": known.sectors,
    }
    chips = []
    for name, value in addresses.choice:
        if name in words:
            chips.append((words[name].get(value, value), addresses.without(name, value)))
        elif name == "q":
            chips.append((gettext("“%(words)s”", words=value), addresses.without(name, value)))
        elif name == "as_of":
            told = gettext("On %(day)s", day=day_text(query.criteria.as_of, code))
            chips.append((told, addresses.without(name, value)))
    return chips


def _sorts(is_search: bool) -> list[tuple[str, str]]:
    first = gettext("Best match") if is_search else gettext("Name")
    by_name = [("name", gettext("Name"))] if is_search else []
    return [("", first), *by_name, ("joined", gettext("Newest members"))]


def _count(page: DirectoryPage, query: DirectoryQuery, code: str) -> str:
    number, total = number_text(page.total, code), page.total
    if query.refusals:
        return gettext("Nothing is shown yet")
    if query.is_dated:
        return ngettext(
            "%(num)s member on %(day)s",
            "%(num)s members on %(day)s",
            total,
            num=number,
            day=day_text(query.criteria.as_of, code),
        )
    return ngettext("%(num)s member", "%(num)s members", total, num=number)


def _caption(query: DirectoryQuery, code: str) -> str:
    if query.is_dated:
        return gettext("Members on %(day)s", day=day_text(query.criteria.as_of, code))
    return gettext("Members")


def _suggestion(page: DirectoryPage, addresses: Addresses) -> tuple[str, str] | None:
    if not page.suggestion:
        return None
    return page.suggestion, addresses.only("q", page.suggestion, view=addresses.view)
