"""Acting on many records from a list: what to do, a look at what it would change, and doing it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from alliance.accounts.permissions import Permission, allow
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.core.errors import BadInput, Refused
from alliance.directory.operations.bulk import Preview, apply_bulk, preview
from alliance.directory.rules.bulk import REMOVING, Act, as_document
from alliance.web.forms import submit
from alliance.web.guards import present_permissions
from alliance.web.languages import gettext, ngettext
from alliance.web.numbers import whole_number
from alliance.web.public.context import today
from alliance.web.staff import staff
from alliance.web.staff.activity import steps_of
from alliance.web.staff.change_sets.form import (
    EVERYTHING,
    FIELDS,
    MOST_RECORDS,
    BulkForm,
    act_choices,
    act_of,
    first_form,
    numbers,
)
from alliance.web.staff.change_sets.words import (
    act_label,
    change_set_title,
    reason_text,
    records_text,
)
from alliance.web.staff.frame import say

_KINDS = {"organisations": "organisation", "contacts": "contact"}
_NEEDED = {
    "organisation": Permission.EDIT_ORGANISATIONS,
    "contact": Permission.EDIT_CONTACTS,
}


@dataclass(frozen=True, slots=True)
class _Title:
    """What `change_set_title` asks of a change set that is not there yet."""

    act: dict[str, Any]
    subject_kind: str
    kind: str = "bulk_edit"
    title: str = ""


@staff.post("/<any(organisations, contacts):records>/bulk")
@allow(Permission.BULK_EDIT, confirm=True)
def bulk(records: str) -> ResponseReturnValue:
    """Do something to many records: the form says how far it has come; only "apply" changes."""
    kind = _KINDS[records]
    form: Any = BulkForm()
    form.offer()
    if not form.step.data:
        return _page(kind, first_form(kind))
    act, found = _looked_at(form, kind)
    if act is None or found is None:
        return _page(kind, form, code=422)
    if form.step.data == "apply":
        done = submit(form, lambda session, actor: _apply(session, actor, form, kind, act))
        if done is not None:
            return done
    return _page(kind, form, act, found, code=422 if form.has_errors else 200)


def _looked_at(form: Any, kind: str) -> tuple[Act | None, Preview | None]:
    """The act and what it would do; None, with the errors in the form, when it lacks something."""
    if not form.validate():
        return None, None
    try:
        act = act_of(form, kind)
        _refuse_without_right(kind, act)
        found = preview(db.session(), kind, _ids(kind, form), act, today=today())
    except Refused as error:
        form.tell(error)
        return None, None
    return act, found


def _apply(session: Session, actor: Actor, form: Any, kind: str, act: Act) -> str:
    done = apply_bulk(
        session,
        kind,
        _ids(kind, form),
        act,
        actor=actor,
        today=today(),
        expected_count=_expected(form),
        reason=(form.reason.data or "").strip() or None,
    )
    address = url_for("staff.change_set", change_set_id=done.change_set_id)
    told = ngettext("%(num)s record was changed.", "%(num)s records were changed.", done.changed)
    say(told, undo=f"{address}/undo")
    return address


def _ids(kind: str, form: Any) -> Sequence[int]:
    """The records that were chosen. Raises BadInput when there are none, or too many."""
    ids = numbers(form.ids.data or "") or _matching(kind, form.query.data or "")
    if not ids:
        raise BadInput("No records are chosen; go back to the list and choose some.")
    if len(ids) > MOST_RECORDS:
        raise BadInput(
            f"{len(ids)} records are too many at once; choose at most {MOST_RECORDS} by filters."
        )
    return ids


def _matching(kind: str, query: str) -> Sequence[int]:
    if not query:
        return []
    if kind == "contact":
        from alliance.web.staff.contacts import contact_ids_matching as find
    else:
        from alliance.web.staff.organisations import ids_matching as find
    return list(find("" if query == EVERYTHING else query))


def _expected(form: Any) -> int:
    number = whole_number(form.expected_count.data or "", longest=9)
    if number is None:
        raise BadInput("Look at the preview first.")
    return number


def _refuse_without_right(kind: str, act: Act) -> None:
    held: Collection[Permission] = present_permissions()
    needed = {_NEEDED[kind]} | ({Permission.REMOVE_RECORDS} if act.name in REMOVING else set())
    if not needed <= set(held):
        abort(403)


def _page(
    kind: str, form: Any, act: Act | None = None, found: Preview | None = None, code: int = 200
) -> ResponseReturnValue:
    """The page for where the form stands: choosing, giving values, or looking at the preview."""
    name = form.act.data or ""
    form.step.data = "apply" if found is not None else "values"
    if found is not None:
        form.expected_count.data = str(found.changed)
    page = render_template(
        "staff/change_sets/bulk.html",
        form=form,
        fields=FIELDS.get(name, ()),
        act=name,
        acts=act_choices(kind),
        title=_title(kind, name, act),
        what=_what(kind, form),
        found=found,
        rows=[(row, steps_of(kind, row.changes)) for row in found.rows] if found else [],
        refused=[(one, reason_text(one.reason)) for one in found.refused] if found else [],
        action=url_for("staff.bulk", records=f"{kind}s"),
        record_page=f"/staff/{kind}s/",
        cancel=_list_address(kind, form.query.data or ""),
    )
    return page, code


def _list_address(kind: str, query: str) -> str:
    """The list that the records were chosen in, under its filters."""
    return f"/staff/{kind}s" + (f"?{query}" if query not in ("", EVERYTHING) else "")


def _title(kind: str, name: str, act: Act | None) -> str:
    if act is not None:
        return change_set_title(_Title(as_document(act), kind))
    return act_label(name) if name else gettext("Change many records")


def _what(kind: str, form: Any) -> str:
    """How many records were chosen, in words."""
    try:
        return records_text(kind, len(_ids(kind, form)))
    except Refused as error:
        return error.message
