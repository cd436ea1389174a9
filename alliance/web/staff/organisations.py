"""The list of organisations: every one of them, under search, filters, columns and saved views."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from alliance.accounts.permissions import Permission, allow
from alliance.accounts.queries.views import OwnViews, own_views
from alliance.accounts.rules.views import ViewQuery
from alliance.core.db import db
from alliance.core.errors import BadInput
from alliance.core.paging import PageNumbers
from alliance.directory.queries.desk.lists import (
    DeskPage,
    count_of,
    find_desk_page,
    find_ids,
    values_of,
)
from alliance.directory.queries.desk.words import OpenedDesk, open_desk
from alliance.directory.rules.desk_facets import DeskCriteria
from alliance.web.guards import present_permissions, signed_in
from alliance.web.languages import gettext, language, ngettext
from alliance.web.public.context import directory_state, once_a_version, today
from alliance.web.public.wording import number_text
from alliance.web.staff import staff
from alliance.web.staff.organisation_list import PATH, SPEC, facet_labels
from alliance.web.staff.organisation_rows import organisation_rows
from alliance.web.staff.table.addresses import ListAddresses, list_pager
from alliance.web.staff.table.reading import (
    ListQuery,
    chosen_columns,
    chosen_density,
    is_bare,
    read_list,
    search_of,
    view_of,
)
from alliance.web.staff.table.saving import AREAS, Area
from alliance.web.staff.table.showing import (
    Labels,
    chips,
    column_choices,
    facet_parts,
    heading,
    shown_columns,
    view_tabs,
)

Arguments = MultiDict[str, str]


@dataclass(frozen=True)
class Asked:
    """One request to the list: what it asks for, and the organisations as they stand."""

    query: ListQuery
    opened: OpenedDesk
    values: Mapping[str, Any]
    views: OwnViews


@staff.get("/organisations")
@allow(Permission.ENTER_WORKSPACE)
def organisations() -> ResponseReturnValue:
    """The list; what cannot be understood gets 400, and the list without it."""
    asked = _asked(request.args)
    page = find_desk_page(
        db.session(), _criteria(asked.query), language=language(), opened=asked.opened
    )
    body = render_template("staff/organisations/index.html", **_shown(asked, page))
    return body, 400 if asked.query.refusals else 200


def ids_matching(query_string: str) -> list[int]:
    """The organisations that an address of the list asks for, on all pages, in its order.

    query_string: what follows the question mark. Raises BadInput for what cannot be understood, so
    that nobody acts on more than he saw.
    """
    asked = _asked(MultiDict(parse_qsl(query_string, max_num_fields=500)))
    asked.query.insist()
    return find_ids(db.session(), _criteria(asked.query), language=language(), opened=asked.opened)


def _view_query(arguments: Arguments) -> ViewQuery:
    """What a view keeps of an address, with the columns that it shows. Raises BadInput."""
    asked = _asked(arguments)
    asked.query.insist()
    columns = shown_columns(asked.query, SPEC, asked.views, present_permissions())
    asked.query.columns = tuple(one.key for one in columns)
    asked.query.density = asked.query.density or asked.views.density
    return asked.query.as_view()


def _view_words(view: ViewQuery) -> list[str]:
    """The filters of a view in words."""
    query = ListQuery(q=view.q, chosen=dict(view.chosen), excepted=frozenset(view.excepted))
    opened = open_desk(db.session())
    values = values_of(opened.state, opened.state.facets(today()))
    words = facet_labels(directory_state(), values, language())
    return [told for told, _ in chips(query, SPEC, ListAddresses.of(query, SPEC), words)]


AREAS[SPEC.area] = Area(lambda: gettext("Organisations"), PATH, _view_query, _view_words)


def _asked(arguments: Arguments) -> Asked:
    """Read an address in two statements: the views, and the words together with the version."""
    session, account = db.session(), signed_in()
    refusals: list[tuple[str, str]] = []
    try:
        view_id = view_of(arguments)
    except BadInput as refused:
        view_id = None
        refusals.append(("view", refused.message))
    views = own_views(
        session,
        account.account_id,
        SPEC.area,
        columns=chosen_columns(arguments, SPEC) or None,
        density=chosen_density(arguments),
    )
    if view_id is None and is_bare(arguments):
        view_id = views.view_id if any(one.id == views.view_id for one in views.views) else None
    view = views.get(view_id) if view_id is not None else None
    kept = view.query if view is not None else None
    opened = open_desk(session, search_of(arguments, kept))
    values = values_of(opened.state, opened.state.facets(today()))
    query = read_list(arguments, SPEC, values, present_permissions(), view=kept, view_id=view_id)
    query.refusals[:0] = refusals
    return Asked(query, opened, values, views)


def _criteria(query: ListQuery) -> DeskCriteria:
    return DeskCriteria(
        today=today(),
        q=query.q,
        chosen=query.chosen,
        excepted=query.excepted,
        sort=query.sort or ("relevance" if query.q else "name"),
        is_backward=query.is_backward,
        page=query.page,
        with_deleted=Permission.REMOVE_RECORDS in present_permissions(),
    )


def _shown(asked: Asked, page: DeskPage) -> dict[str, Any]:
    query, code, held = asked.query, language(), present_permissions()
    addresses = ListAddresses.of(query, SPEC, columns=request.args.getlist("col"))
    labels = facet_labels(directory_state(), asked.values, code)
    columns = shown_columns(query, SPEC, asked.views, held)
    numbers = PageNumbers.of(
        number=page.criteria.page, total=page.total, size=page.criteria.per_page
    )
    found_chips = chips(query, SPEC, addresses, labels)
    return {
        "query": query,
        "errors": query.refusals,
        "rows": organisation_rows(page, columns, labels, code),
        "columns": [heading(one, query, SPEC, addresses) for one in columns],
        "column_keys": [one.key for one in columns],
        "name_column": (
            gettext("Name"),
            addresses.with_sort("-name" if _is_by_name(query) else "name"),
            _name_order(query),
            False,
        ),
        "column_choices": column_choices(SPEC, columns, held),
        "density": query.density or asked.views.density or "compact",
        "facets": _facet_parts(asked, page, labels, code),
        "chips": found_chips,
        "active": len(found_chips),
        "figures": _figures(page, addresses, code),
        "tabs": view_tabs(
            asked.views,
            query,
            SPEC,
            lambda view: _count_of(asked.opened, view, code),
            (gettext("All"), _count_of(asked.opened, ViewQuery(), code)),
        ),
        "addresses": addresses,
        "path": PATH,
        "count": ngettext(
            "%(num)s organisation",
            "%(num)s organisations",
            page.total,
            num=number_text(page.total, code),
        ),
        "total": page.total,
        "pager": list_pager(numbers, addresses, code),
        "is_approximate": page.found.is_approximate and bool(page.ids),
        "is_filtered": bool(query.q or query.chosen),
    }


def _facet_parts(asked: Asked, page: DeskPage, words: Labels, code: str) -> list[Any]:
    """The filters, made once for each choice of them."""
    held, query = present_permissions(), asked.query
    key = (
        page.state.version,
        page.criteria.today,
        query.q,
        tuple(sorted(query.chosen.items())),
        query.excepted,
        held,
        code,
    )
    return once_a_version(
        directory_state(),
        "desk_facets",
        key,
        lambda: facet_parts(query, SPEC, page.facets, words, held, code),
    )


def _is_by_name(query: ListQuery) -> bool:
    return (query.sort or ("" if query.q else "name")) == "name" and not query.is_backward


def _name_order(query: ListQuery) -> str:
    if _is_by_name(query):
        return "ascending"
    return "descending" if query.sort == "name" else ""


def _count_of(opened: OpenedDesk, view: ViewQuery, code: str) -> str | None:
    """How many a view shows; None for one that searches, which would ask the database."""
    if view.q:
        return None
    criteria = replace(
        _criteria(ListQuery()), chosen=view.chosen, excepted=frozenset(view.excepted)
    )
    try:
        return number_text(count_of(opened, criteria), code)
    except KeyError:
        # A filter that is not there any more.
        return None


def _figures(
    page: DeskPage, addresses: ListAddresses, code: str
) -> list[tuple[str, str, str, str, bool]]:
    """Figures on all organisations in use, each opening its list."""

    def figure(label: str, *choices: tuple[str, str]) -> tuple[str, str, str, str, bool]:
        chosen: dict[str, tuple[str, ...]] = {}
        for name, value in choices:
            chosen[name] = (*chosen.get(name, ()), value)
        criteria = replace(_criteria(ListQuery()), chosen=chosen)
        number = number_text(count_of(page.opened, criteria), code)
        is_current = page.criteria.chosen == chosen and not page.criteria.q
        return number, label, addresses.only(*choices), "", is_current

    member = ("status", "member")
    return [
        figure(gettext("members"), member),
        figure(gettext("join later"), ("status", "later")),
        figure(gettext("former members"), ("status", "former")),
        figure(
            gettext("members cannot be reached"),
            member, ("contact", "unreachable"), ("contact", "vacant"),
        ),
        figure(gettext("archived"), ("state", "archived")),
    ]  # fmt: skip
