"""The history of everything: who did what to which record, and whether the chain holds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alliance.accounts.permissions import Permission, allow
from alliance.accounts.rules.visible import visible
from alliance.audit.queries import (
    chain_state,
    entries_matching,
    entry_with,
    values_in_use,
)
from alliance.core.db import db
from alliance.web.forms import Form
from alliance.web.guards import present_permissions
from alliance.web.languages import gettext
from alliance.web.numbers import whole_number
from alliance.web.public.context import directory_state
from alliance.web.staff import staff
from alliance.web.staff.activity import ActivityItem, activity_of, cause_of, steps_of
from alliance.web.staff.history_filters import Filters, asked_for
from alliance.web.staff.labels import subject_label
from alliance.web.staff.sentences import action_label
from alliance.web.staff.values import moment

_ON_A_PAGE = 50
# Where the page of a record is, by kind, and what one needs to open it.
_PAGES = {
    "organisation": ("/staff/organisations/", Permission.ENTER_WORKSPACE),
    "contact": ("/staff/contacts/", Permission.ENTER_WORKSPACE),
    "change_set": ("/staff/change-sets/", Permission.BULK_EDIT),
    "import": ("/staff/imports/", Permission.IMPORT),
    "account": ("/staff/accounts/", Permission.MANAGE_ACCOUNTS),
}


class ExportForm(Form):
    """The buttons that take the history along; the filters stand in the address."""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One entry in the table: what happened, and the record with its address or ""."""

    item: ActivityItem
    kind: str
    name: str
    url: str


@staff.get("/history")
@allow(Permission.SEE_HISTORY)
def history() -> ResponseReturnValue:
    """All entries that fit the filters of the address, newest first, in pages."""
    session, permissions = db.session(), present_permissions()
    filters = asked_for(request.args, directory_state().settings.zone, permissions)
    before = _place(request.args.get("before", ""))
    entries: Sequence[Any] = ()
    if not filters.errors and not filters.is_impossible:
        entries = entries_matching(session, filters.criteria, before=before, limit=_ON_A_PAGE + 1)
    shown = entries[:_ON_A_PAGE]
    older = _address(filters, before=shown[-1].id) if len(entries) > _ON_A_PAGE else ""
    chain = chain_state(session)
    page = render_template(
        "staff/history/list.html",
        rows=_rows(shown, permissions),
        filters=filters,
        choices=_choices(values_in_use(session), filters),
        older=older,
        newest=_address(filters) if before is not None else "",
        cleared=url_for("staff.history"),
        chips=_chips(filters),
        chain=chain,
        sealed_at=moment(chain.head.at) if chain.head and chain.head.at else "",
        verified_at=moment(chain.verified_at) if chain.verified_at else "",
        export_form=ExportForm() if Permission.EXPORT in permissions else None,
        export_url=lambda form: _export_address(form, filters),
    )
    return page, 400 if filters.errors else 200


@staff.get("/history/<int(max=999999999999999999):entry_id>")
@allow(Permission.SEE_HISTORY)
def history_entry(entry_id: int) -> ResponseReturnValue:
    """One entry, field by field from what to what."""
    permissions = present_permissions()
    entry = entry_with(db.session(), entry_id)
    items = activity_of([entry], permissions) if entry is not None else []
    if entry is None or not items:
        # What only touches hidden fields looks the same as what is not there.
        abort(404)
    shown = visible(entry.subject_kind, entry.changes, permissions)
    return render_template(
        "staff/history/entry.html",
        item=items[0],
        row=_row(items[0], entry, permissions),
        steps=steps_of(entry.subject_kind, shown),
        kind=subject_label(entry.subject_kind),
        action=action_label(entry.action),
        cause=cause_of(entry.cause, permissions) or ((entry.cause, "") if entry.cause else None),
        others=url_for("staff.history", kind=entry.subject_kind, id=entry.subject_id),
    )


def _rows(entries: Sequence[Any], permissions: Collection[Permission]) -> list[HistoryRow]:
    by_id = {entry.id: entry for entry in entries}
    return [
        _row(item, by_id[item.entry_id], permissions) for item in activity_of(entries, permissions)
    ]


def _row(item: ActivityItem, entry: Any, permissions: Collection[Permission]) -> HistoryRow:
    page, needed = _PAGES.get(entry.subject_kind, ("", Permission.ENTER_WORKSPACE))
    may_open = page and needed in permissions and entry.action != "removed" and entry.subject_id
    url = f"{page}{entry.subject_id}" if may_open else ""
    return HistoryRow(item, subject_label(entry.subject_kind), entry.subject_name, url)


def _choices(present: dict[str, list[str]], filters: Filters) -> dict[str, list[tuple[str, str]]]:
    """The options of the selects: what the history names, and what was asked for."""

    def options(column: str, name: str, label: Any) -> list[tuple[str, str]]:
        values = {*present[column], *([filters.values[name]] if filters.values[name] else [])}
        return sorted(((value, label(value)) for value in values), key=lambda one: one[1])

    return {
        "who": options("actor_name", "who", str),
        "kind": options("subject_kind", "kind", subject_label),
        "action": options("action", "action", action_label),
    }


def _chips(filters: Filters) -> list[tuple[str, str]]:
    """The filters that are on, in words, each with the address without it."""
    words = {
        "who": filters.values["who"],
        "kind": subject_label(filters.values["kind"]),
        "id": gettext("Number %(number)s", number=filters.values["id"]),
        "action": action_label(filters.values["action"]),
        "field": gettext("Field: %(name)s", name=filters.values["field"]),
        "from": gettext("From %(day)s", day=filters.values["from"]),
        "to": gettext("To %(day)s", day=filters.values["to"]),
        "cause": filters.values["cause"],
    }
    found = []
    for name in filters.active:
        rest = urlencode({key: one for key, one in filters.active.items() if key != name})
        found.append((words[name], url_for("staff.history") + (f"?{rest}" if rest else "")))
    return found


def _place(text: str) -> int | None:
    """The entry that the page before ended with; what is no such number begins at the newest."""
    return whole_number(text)


def _export_address(form: str, filters: Filters) -> str:
    values: dict[str, Any] = {"form": form, **filters.active}
    return url_for("staff.export_history", **values)


def _address(filters: Filters, **more: Any) -> str:
    query = urlencode({**filters.active, **more})
    address = url_for("staff.history")
    return f"{address}?{query}" if query else address
