"""The rows of the list of organisations: what stands in each cell, in words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import current_app

from alliance.core.db import db
from alliance.directory.queries.desk.lists import DeskPage
from alliance.directory.queries.desk.rows import DeskRow, desk_rows, reason_of
from alliance.directory.queries.search import Version
from alliance.directory.queries.snapshots import labels_of_country, labels_of_sector
from alliance.directory.rules.searching import SearchQuery
from alliance.web.languages import gettext
from alliance.web.public.context import directory_state, labels, once_a_version
from alliance.web.public.logos import logo_address
from alliance.web.public.rows import initial
from alliance.web.public.wording import name_kind, short_day, short_since
from alliance.web.staff.organisation_list import PATH
from alliance.web.staff.table.spec import Column
from alliance.web.staff.values import language_name

MOST_SECTORS: Final = 3
MOST_KEPT: Final = 4_000
_ON_ONE_LINE: Final = frozenset({"since", "changed"})
# These keep the direction of a name from turning the words around it.
_ISOLATED = "\u2068{}\u2069".format
Words = Mapping[str, Mapping[str, str]]
# (text, state of the pill or None for plain text, shape of the kind or "")
Cell = tuple[str, str | None, str]
STATUS_PILLS = {"member": "ok", "later": "brand", "former": "", "never": ""}
CONTACT_PILLS = {"unreachable": "late", "vacant": "late"}


def organisation_rows(
    page: DeskPage, columns: Sequence[Column], words: Words, code: str
) -> list[dict[str, Any]]:
    """Rows as components/list_table.html takes them, with their cells in `cells`, finished.

    A row is made once for each version of the organisations. What a search adds to it belongs to
    that search; only then, and for rows that were not made yet, the database is asked.
    """
    keys = tuple(one.key for one in columns)
    state = directory_state()
    versions = once_a_version(
        state,
        "desk_rows",
        (page.criteria.today, keys, code),
        dict[Version, dict[int, dict[str, Any]]],
    )
    kept = versions.get(page.state.version)
    if kept is None:
        # Changes of people make versions of which the public directory knows nothing.
        versions.clear()
        versions[page.state.version] = kept = {}
    is_search = bool(page.opened.query.tokens)
    wanted = page.ids if is_search else [id for id in page.ids if id not in kept]
    fetched = {row.id: row for row in desk_rows(db.session(), wanted, today=page.criteria.today)}
    if len(kept) > MOST_KEPT:
        kept.clear()
    make = _Maker(page, keys, words, code)
    shown = []
    for id in page.ids:
        row = fetched.get(id)
        made = kept.get(id)
        if made is None and row is not None:
            kept[id] = made = make(row)
        if made is not None:
            told = _why_found(row, page) if row is not None and is_search else ""
            shown.append({**made, "other": told} if told else made)
    return shown


class _Maker:
    """Makes rows of one page."""

    def __init__(self, page: DeskPage, keys: Sequence[str], words: Words, code: str) -> None:
        self._facets, self._keys, self._words, self._code = page.facet_bits, keys, words, code
        self._known = labels(directory_state(), code)
        template = current_app.jinja_env.get_template("staff/table/cells.html")
        self._cells = template.module.cells  # type: ignore[attr-defined]

    def __call__(self, row: DeskRow) -> dict[str, Any]:
        """One row."""
        _, _, shape = self._known.categories.get(row.category, (row.category, "", "diamond"))
        facts = {name: self._facets.of(row.id, name) for name in ("status", "contact", "listed")}
        cells = [(key, _CELLS[key](row, facts, self._words, self._code)) for key in self._keys]
        return {
            "id": row.id,
            "name": row.name,
            "language": row.language or "",
            "url": f"{PATH}/{row.id}",
            "peek_url": f"{PATH}/{row.id}/look",
            "shape": shape,
            "initial": initial(row.name),
            "logo": logo_address(row.logo),
            "other": _second_line(row),
            "archived": row.archived_on is not None or row.delete_on is not None,
            "cells": self._cells(
                [
                    (text, state, shape if key == "category" else "", key in _ON_ONE_LINE)
                    for key, (text, state, _) in cells
                ]
            ),
        }


def _second_line(row: DeskRow) -> str:
    if row.delete_on is not None:
        return gettext("deleted")
    return gettext("archived") if row.archived_on is not None else ""


def _why_found(row: DeskRow, page: DeskPage) -> str:
    """Why a search found it, where its name does not say so."""
    if page.found.is_approximate:
        return ""
    if page.facet_bits.snapshot.bits_of((row.id,)) & page.found.named:
        return ""
    return match_text(row, page.opened.query)


def match_text(row: DeskRow, query: SearchQuery) -> str:
    """What a search matched on, in words; "" when the name says it all."""
    reference = directory_state().reference
    country = reference.countries.get(row.country or "")
    found = [("country", text) for text in labels_of_country(country)] if country else []
    for sector in row.sector_ids:
        for above in reference.with_ancestors(sector):
            found += [("sector", text) for text in labels_of_sector(reference.sectors[above])]
    reason = reason_of(query, row, found)
    if reason is None:
        return ""
    kinds = {
        "identifier": gettext("register entry"),
        "domain": gettext("web domain"),
        "address": gettext("address of the page"),
    }
    return gettext(
        "matched on: %(text)s (%(kind)s)",
        text=_ISOLATED(reason.text),
        kind=kinds.get(reason.kind) or name_kind(reason.kind),
    )


def since_text(row: DeskRow, code: str) -> str:
    """Since when it is, or when it was, a member; "" for one that never was."""
    if row.joined_on is None:
        return ""
    return short_since(row.joined_on, row.joined_precision or "day", bool(row.is_at_latest), code)


def _category(row: DeskRow, _: Any, words: Words, __: str) -> Cell:
    return words["category"].get(row.category, row.category), None, ""


def _word(facet: str, value: str | None, words: Words) -> str:
    return words[facet].get(value, value) if value else ""


def _sectors(row: DeskRow, _: Any, words: Words, code: str) -> Cell:
    known = labels(directory_state(), code)
    names = [known.sectors[known.sector_slugs[id]] for id in row.sector_ids[:MOST_SECTORS]]
    more = len(row.sector_ids) - MOST_SECTORS
    text = " · ".join(names)
    return (f"{text} +{more}" if more > 0 else text), None, ""


def _status(_: DeskRow, facts: Any, words: Words, __: str) -> Cell:
    status = facts["status"] or "never"
    return words["status"][status], STATUS_PILLS[status], ""


def _contact(row: DeskRow, facts: Any, words: Words, _: str) -> Cell:
    if row.contact_name and facts["contact"] == "reachable":
        return row.contact_name, None, ""
    reached = facts["contact"] or "vacant"
    told = words["contact"][reached]
    if row.contact_name:
        told = gettext("%(name)s: cannot be reached", name=_ISOLATED(row.contact_name))
    # Only of members must somebody be named.
    state = CONTACT_PILLS.get(reached, "") if facts["status"] == "member" else None
    return told, state, ""


def _listed(_: DeskRow, facts: Any, words: Words, __: str) -> Cell:
    return _word("listed", facts["listed"], words), None, ""


def _changed(row: DeskRow, _: Any, __: Words, code: str) -> Cell:
    if row.changed_at is None:
        return "", None, ""
    day = row.changed_at.astimezone(directory_state().settings.zone).date()
    return short_day(day, code), None, ""


_CELLS: Mapping[str, Any] = {
    "category": _category,
    "country": lambda row, _, words, __: (_word("country", row.country, words), None, ""),
    "sectors": _sectors,
    "status": _status,
    "since": lambda row, _, __, code: (since_text(row, code), None, ""),
    "contact": _contact,
    "changed": _changed,
    "listed": _listed,
    "body_kind": lambda row, _, words, __: (_word("body_kind", row.body_kind, words), None, ""),
    "city": lambda row, *_: (row.city or "", None, ""),
    "language": lambda row, *_: (language_name(row.language) if row.language else "", None, ""),
    "website": lambda row, *_: (row.website or "", None, ""),
    "domains": lambda row, *_: (", ".join(row.domains), None, ""),
}
