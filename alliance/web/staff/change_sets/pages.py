"""Change sets: what was done to many records as one act, and taking it back."""

from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alliance.accounts.permissions import Permission, allow
from alliance.audit.queries import HistoryCriteria, entries_matching
from alliance.core.db import db
from alliance.core.errors import Refused
from alliance.directory.operations.bulk import cause_of_change_set, undo_change_set
from alliance.directory.queries.change_sets import change_sets as newest_change_sets
from alliance.directory.queries.change_sets import get_change_set
from alliance.reactions import abandon, commit
from alliance.web.guards import current_actor, present_permissions
from alliance.web.languages import gettext, ngettext
from alliance.web.numbers import whole_number
from alliance.web.staff import staff
from alliance.web.staff.activity import activity_of
from alliance.web.staff.change_sets.words import change_set_title, reason_text, records_text
from alliance.web.staff.frame import say
from alliance.web.staff.labels import field_label, subject_label
from alliance.web.staff.values import moment, value_text

_ON_A_PAGE = 50
_ENTRIES_SHOWN = 20
_AT = "/change-sets/<int(max=999999999999999999):change_set_id>"


@staff.get("/change-sets")
@allow(Permission.BULK_EDIT)
def change_sets() -> ResponseReturnValue:
    """All acts on many records, newest first."""
    before = whole_number(request.args.get("before", ""))
    found = newest_change_sets(db.session(), before=before, limit=_ON_A_PAGE + 1)
    rows = found[:_ON_A_PAGE]
    older = len(found) > _ON_A_PAGE
    return render_template(
        "staff/change_sets/list.html",
        rows=[(row, *_words(row)) for row in rows],
        older=url_for("staff.change_sets", before=rows[-1].id) if older else "",
        newest=url_for("staff.change_sets") if before is not None else "",
    )


@staff.get(_AT)
@allow(Permission.BULK_EDIT)
def change_set(change_set_id: int) -> ResponseReturnValue:
    """One change set: what it did, what it left out, and what undoing it could not put back."""
    session, permissions = db.session(), present_permissions()
    row = get_change_set(session, change_set_id)
    cause = cause_of_change_set(change_set_id)
    entries = entries_matching(session, HistoryCriteria(cause=cause), limit=_ENTRIES_SHOWN)
    title, count, when = _words(row)
    return render_template(
        "staff/change_sets/show.html",
        row=row,
        title=title,
        count=count,
        when=when,
        undone_at=moment(row.undone_at) if row.undone_at else "",
        # Reason and cause are those of the whole, which the page tells once.
        items=[replace(item, cause=None, reason="") for item in activity_of(entries, permissions)],
        refused=[(one, reason_text(one["reason"])) for one in row.refused],
        conflicts=[_conflict(one) for one in row.conflicts or ()],
        undo_url=url_for("staff.undo_change_set_of", change_set_id=change_set_id),
        history_url=url_for("staff.history", cause=cause)
        if Permission.SEE_HISTORY in permissions
        else "",
        record_page=f"/staff/{row.subject_kind}s/",
    )


@staff.post(f"{_AT}/undo")
@allow(Permission.BULK_EDIT, confirm=True)
def undo_change_set_of(change_set_id: int) -> ResponseReturnValue:
    """Put back what the change set changed; a second copy of the request changes nothing."""
    session = db.session()
    try:
        undone = undo_change_set(session, change_set_id, actor=current_actor())
        commit(session)
    except Refused as error:
        abandon(session)
        say(error.message, late=True)
    else:
        say(_told(undone.restored, len(undone.conflicts)), late=bool(undone.conflicts))
    return redirect(url_for("staff.change_set", change_set_id=change_set_id), code=303)


def _words(row: Any) -> tuple[str, str, str]:
    return change_set_title(row), records_text(row.subject_kind, row.count), moment(row.at)


def _told(restored: int, conflicts: int) -> str:
    told = ngettext(
        "%(num)s record is as it was before.", "%(num)s records are as they were before.", restored
    )
    if not conflicts:
        return told
    kept = ngettext(
        "%(num)s value was changed since and stays.",
        "%(num)s values were changed since and stay.",
        conflicts,
    )
    return gettext("%(one)s %(other)s", one=told, other=kept)


def _conflict(one: dict[str, Any]) -> dict[str, Any]:
    """A conflict in words: record, field, what it was, was made, is now."""
    kind, field = one["subject_kind"], one["field"]
    pages = {"organisation": "/staff/organisations/", "contact": "/staff/contacts/"}
    return {
        "name": one["name"],
        "kind": subject_label(kind),
        "url": f"{pages[kind]}{one['subject_id']}" if kind in pages else "",
        "field": field_label(kind, field) if field else "",
        "was": value_text(kind, field, one["was"]) if field else "",
        "became": value_text(kind, field, one["became"]) if field else "",
        "now": value_text(kind, field, one["now"]) if field else "",
        "reason": reason_text(one["reason"]),
    }
