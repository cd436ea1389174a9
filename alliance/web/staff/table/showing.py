"""The parts of a list's page: facets, chips, headings, tabs of views, chooser of columns."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import current_app
from markupsafe import Markup

from alliance.accounts.permissions import Permission
from alliance.accounts.queries.views import OwnViews
from alliance.core.text import sort_key
from alliance.web.languages import gettext
from alliance.web.public.wording import number_text
from alliance.web.staff.table.addresses import ListAddresses
from alliance.web.staff.table.reading import ListQuery
from alliance.web.staff.table.spec import Column, Facet, ListSpec

Labels = Mapping[str, Mapping[str, str]]
_BY_ALPHABET = 12


def shown_columns(
    query: ListQuery, spec: ListSpec, views: OwnViews, held: frozenset[Permission]
) -> list[Column]:
    """The columns to show: of the address or view, else as last seen, else those to begin with."""
    keys = query.columns or views.columns or spec.first_columns
    return [one for one in spec.columns_for(held) if one.key in keys]


def heading(
    column: Column, query: ListQuery, spec: ListSpec, addresses: ListAddresses
) -> tuple[str, str, str, bool]:
    """A heading of list_table: (label, sort_url, sorted, is_number)."""
    if not column.sort:
        return column.label(), "", "", column.is_number
    present = query.sort or spec.sorts[0]
    is_present = present == column.sort
    turned = f"-{column.sort}" if is_present and not query.is_backward else column.sort
    sorted_ = ""
    if is_present:
        is_descending = query.is_backward != (column.sort in spec.latest_first)
        sorted_ = "descending" if is_descending else "ascending"
    return column.label(), addresses.with_sort(turned), sorted_, column.is_number


def facet_parts(
    query: ListQuery,
    spec: ListSpec,
    counts: Mapping[str, Mapping[str, int]],
    labels: Labels,
    held: frozenset[Permission],
    code: str,
) -> list[tuple[str, Markup, bool]]:
    """The filters as (name, finished group, whether it is negated), in their order."""
    template = current_app.jinja_env.get_template("components/facets.html")
    parts = []
    for facet in spec.facets_for(held):
        words = labels.get(facet.name, {})
        chosen = query.chosen.get(facet.name, ())
        counted = counts.get(facet.name, {})
        options = [
            (
                value,
                words.get(value, value),
                number_text(counted.get(value, 0), code),
                value in chosen,
            )
            for value in _in_order(facet, words, counted, chosen)
            if facet.hidden.get(value) is None or facet.hidden[value] in held
        ]
        if options:
            group: Markup = template.module.facet_group(  # type: ignore[attr-defined]
                facet.title(), facet.name, options, facet.shown
            )
            parts.append((facet.name, group, facet.name in query.excepted))
    return parts


def _in_order(
    facet: Facet, words: Mapping[str, str], counts: Mapping[str, int], chosen: Sequence[str]
) -> list[str]:
    """Short lists as they stand; of long ones the chosen, the most frequent, then the alphabet."""
    known = [value for value in words if counts.get(value) or value in chosen]
    if len(words) <= _BY_ALPHABET:
        return known
    others = [value for value in known if value not in chosen]
    frequent = sorted(others, key=lambda value: -counts.get(value, 0))
    frequent = frequent[: max(0, facet.shown - len(chosen))]
    rest = set(others) - set(frequent)
    return [
        *chosen,
        *frequent,
        *sorted(rest, key=lambda value: (sort_key(words[value]), value)),
    ]


def chips(
    query: ListQuery, spec: ListSpec, addresses: ListAddresses, labels: Labels
) -> list[tuple[str, str]]:
    """The filters that are on, each as (label, address without it)."""
    found = []
    if query.q:
        found.append((gettext("“%(words)s”", words=query.q), addresses.without("q", query.q)))
    for facet in spec.facets:
        for value in query.chosen.get(facet.name, ()):
            label = labels.get(facet.name, {}).get(value, value)
            told = gettext("%(filter)s: %(value)s", filter=facet.title(), value=label)
            if facet.name in query.excepted:
                told = gettext("not %(filter)s: %(value)s", filter=facet.title(), value=label)
            found.append((told, addresses.without(facet.name, value)))
    return found


def view_tabs(
    views: OwnViews,
    query: ListQuery,
    spec: ListSpec,
    count_of: Callable[[Any], str | None],
    whole: tuple[str, str | None],
) -> list[tuple[str, str, str | None, bool, bool]]:
    """The tabs (name, address, count, is_current, is_shared): the whole list, then the views.

    whole: name and count of the whole list.
    """
    # With a view to open with, the bare address is that view; naming the order asks for nothing.
    bare = spec.path if views.view_id is None else f"{spec.path}?sort={spec.sorts[0]}"
    is_whole = query.view_id is None and not query.chosen and not query.q
    tabs: list[tuple[str, str, str | None, bool, bool]] = [
        (whole[0], bare, whole[1], is_whole, False)
    ]
    for view in views.views:
        if view.query is not None:
            address = f"{spec.path}?view={view.id}"
            count = count_of(view.query)
            tabs.append((view.name, address, count, view.id == query.view_id, view.is_shared))
    return tabs


def column_choices(
    spec: ListSpec, shown: Sequence[Column], held: frozenset[Permission]
) -> list[tuple[str, str, bool, bool]]:
    """What the chooser of columns offers: (key, label, is_shown, is_fixed)."""
    keys = {one.key for one in shown}
    return [(one.key, one.label(), one.key in keys, False) for one in spec.columns_for(held)]
