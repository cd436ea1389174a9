"""The list of people: found by words and filters, in order, with columns and saved views."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from alliance.directory.queries.people_list import (
    PeopleCriteria,
    open_people,
    people_counts,
    people_found,
    people_ids,
    people_page,
)
from alliance.web.guards import may, present_permissions, signed_in
from alliance.web.languages import gettext, language, ngettext
from alliance.web.public.context import today
from alliance.web.public.wording import number_text
from alliance.web.staff import staff
from alliance.web.staff.contact_list import (
    PATH,
    SPEC,
    contact_rows,
    facet_values,
    facet_words,
)
from alliance.web.staff.table.addresses import ListAddresses, list_pager
from alliance.web.staff.table.reading import (
    ListQuery,
    chosen_columns,
    chosen_density,
    is_bare,
    read_list,
    view_of,
)
from alliance.web.staff.table.saving import AREAS, Area
from alliance.web.staff.table.showing import (
    chips,
    column_choices,
    facet_parts,
    heading,
    shown_columns,
    view_tabs,
)

# As many as one act takes, and a few, so that too many are noticed.
_MOST_IDS = 1_000_000
_PER_PAGE = 50


@dataclass(frozen=True)
class Asked:
    """One request to the list: what it asks for, and the views of whoever asks."""

    query: ListQuery
    views: OwnViews


@staff.get("/contacts")
@allow(Permission.ENTER_WORKSPACE)
def contacts() -> ResponseReturnValue:
    """The list; what cannot be understood gets 400, and the list without it."""
    asked = _asked(request.args)
    session, criteria = db.session(), _criteria(asked.query)
    opened = open_people(session, criteria)
    total = people_found(opened, criteria).bit_count()
    numbers = PageNumbers.of(number=criteria.page, total=total, size=_PER_PAGE)
    criteria = _criteria(asked.query, page=numbers.number)
    people = people_page(session, opened, criteria)
    counts = people_counts(opened, criteria)
    body = render_template("staff/contacts/index.html", **_shown(asked, counts, numbers, people))
    return body, 400 if asked.query.refusals else 200


def contact_ids_matching(query_string: str) -> list[int]:
    """The people that an address of the list asks for, on all pages, in its order.

    query_string: what follows the question mark. Raises BadInput for what cannot be understood, so
    that nobody acts on more than he saw.
    """
    asked = _asked(MultiDict(parse_qsl(query_string, max_num_fields=500)))
    asked.query.insist()
    criteria = _criteria(asked.query)
    return people_ids(open_people(db.session(), criteria), criteria, limit=_MOST_IDS)


def _view_query(arguments: MultiDict[str, str]) -> ViewQuery:
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
    found = chips(query, SPEC, ListAddresses.of(query, SPEC), facet_words(language()))
    return [told for told, _ in found]


AREAS[SPEC.area] = Area(lambda: gettext("Contacts"), PATH, _view_query, _view_words)


def _asked(arguments: MultiDict[str, str]) -> Asked:
    refusals: list[tuple[str, str]] = []
    try:
        view_id = view_of(arguments)
    except BadInput as refused:
        view_id = None
        refusals.append(("view", refused.message))
    views = own_views(
        db.session(),
        signed_in().account_id,
        SPEC.area,
        columns=chosen_columns(arguments, SPEC) or None,
        density=chosen_density(arguments),
    )
    if view_id is None and is_bare(arguments):
        view_id = views.view_id if any(one.id == views.view_id for one in views.views) else None
    view = views.get(view_id) if view_id is not None else None
    query = read_list(
        arguments,
        SPEC,
        facet_values(),
        present_permissions(),
        view=view.query if view is not None else None,
        view_id=view_id,
    )
    query.refusals[:0] = refusals
    return Asked(query, views)


def _criteria(query: ListQuery, *, page: int | None = None) -> PeopleCriteria:
    return PeopleCriteria(
        today=today(),
        q=query.q,
        chosen=query.chosen,
        excepted=query.excepted,
        sort=query.sort or "name",
        is_backward=query.is_backward,
        page=page or query.page,
        per_page=_PER_PAGE,
        with_deleted=may(Permission.REMOVE_RECORDS),
        with_addresses=may(Permission.SEE_CONTACT_DETAILS),
    )


def _shown(
    asked: Asked,
    counts: Mapping[str, Mapping[str, int]],
    numbers: PageNumbers,
    people: Sequence[Any],
) -> dict[str, Any]:
    query, code, held = asked.query, language(), present_permissions()
    addresses = ListAddresses.of(query, SPEC, columns=request.args.getlist("col"))
    words = facet_words(code)
    columns = shown_columns(query, SPEC, asked.views, held)
    found_chips = chips(query, SPEC, addresses, words)
    is_by_name = (query.sort or "name") == "name"
    return {
        "query": query,
        "errors": query.refusals,
        "rows": contact_rows(people, columns),
        "columns": [heading(one, query, SPEC, addresses) for one in columns],
        "name_column": (
            gettext("Name"),
            addresses.with_sort("-name" if is_by_name and not query.is_backward else "name"),
            ("descending" if query.is_backward else "ascending") if is_by_name else "",
            False,
        ),
        "column_choices": column_choices(SPEC, columns, held),
        "density": query.density or asked.views.density or "compact",
        "facets": facet_parts(query, SPEC, counts, words, held, code),
        "chips": found_chips,
        "active": len(found_chips),
        "tabs": view_tabs(asked.views, query, SPEC, lambda view: None, (gettext("All"), None)),
        "addresses": addresses,
        "path": PATH,
        "count": ngettext(
            "%(num)s contact",
            "%(num)s contacts",
            numbers.total,
            num=number_text(numbers.total, code),
        ),
        "total": numbers.total,
        "pager": list_pager(numbers, addresses, code),
        "is_filtered": bool(query.q or query.chosen),
    }
