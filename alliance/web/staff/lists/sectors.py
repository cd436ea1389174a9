"""Reorganising the sectors: retire, merge, split, with the organisations that have them."""

from collections.abc import Mapping
from typing import Any

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from alliance.accounts.permissions import Permission, allow
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.core.errors import BadInput
from alliance.directory.operations.sectors import (
    as_change_set,
    merge_sectors,
    reinstate_sector,
    retire_sector,
    split_sector,
    tagged_with,
)
from alliance.directory.operations.wording import entry_document
from alliance.directory.queries.snapshots import present
from alliance.directory.rules.reference import Reference, label_of
from alliance.directory.rules.wording import LONGEST_LABEL
from alliance.web.forms import Form, submit
from alliance.web.languages import gettext, language, ngettext
from alliance.web.staff import staff
from alliance.web.staff.frame import say

_NEXT_PARTS = 5


class _Act(Form):
    """What all of them ask for."""

    reason = TextAreaField(
        lazy_gettext("Why"),
        description=lazy_gettext("Kept in the history."),
        validators=[InputRequired(lazy_gettext("Say why.")), Length(max=500)],
        render_kw={"rows": 2},
    )


class RetireForm(_Act):
    """Take a sector out of use."""

    into = SelectMultipleField(
        lazy_gettext("Give its organisations instead"),
        description=lazy_gettext("With none chosen they keep the retired sector."),
        validators=[Optional()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class MergeForm(_Act):
    """Make one sector of two."""

    into = SelectField(
        lazy_gettext("Merge into"), validators=[InputRequired(lazy_gettext("Choose a sector."))]
    )


class SplitForm(_Act):
    """Make several sectors of one."""


for _number in range(1, _NEXT_PARTS + 1):
    setattr(
        SplitForm, f"part_{_number}",
        StringField(
            lazy_gettext("New sector %(number)s, in English", number=_number),
            validators=[InputRequired() if _number < 3 else Optional(), Length(max=LONGEST_LABEL)],
        ),
    )  # fmt: skip


class ReinstateForm(_Act):
    """Take a retired sector into use again."""


_FORMS: Mapping[str, type[_Act]] = {
    "retire": RetireForm,
    "merge": MergeForm,
    "split": SplitForm,
    "reinstate": ReinstateForm,
}


@staff.route("/lists/sector/<int(max=999999999999):id>/<act>", methods=["GET", "POST"])
@allow(Permission.EDIT_LISTS, confirm=True)
def change_sector(id: int, act: str) -> ResponseReturnValue:
    """Retire, merge, split or reinstate a sector; says first how many organisations it touches."""
    if act not in _FORMS:
        abort(404)
    session = db.session()
    state = present(session)
    before = entry_document(session, "sector", id)
    form = _FORMS[act]()
    if "into" in form:
        form.into.choices = _others(state.reference, id)
    done = submit(form, lambda session, actor: _done(session, actor, form, act, id))
    if done is not None:
        return done
    touched = len(tagged_with(session, id))
    page = render_template(
        "staff/lists/sector.html", form=form, act=act, id=id, touched=touched,
        title=_title(act), name=label_of(before["names"], language()),
        effect=_effect(act, touched),
    )  # fmt: skip
    return page, 422 if form.has_errors else 200


def _done(session: Session, actor: Actor, form: Any, act: str, id: int) -> str:
    address = url_for("staff.edit_entry", kind="sector", key=id)
    reason = form.reason.data
    if act == "reinstate":
        reinstate_sector(session, id, actor=actor, reason=reason)
        say(gettext("The sector is in use again."))
        return address
    told = {
        "on": clock.today(present(session).settings.zone), "actor": actor, "reason": reason,
    }  # fmt: skip

    def work(cause: str) -> int:
        if act == "merge":
            return merge_sectors(session, id, int(form.into.data), cause=cause, **told)
        if act == "retire":
            into = [int(one) for one in form.into.data or ()]
            return retire_sector(session, id, into_ids=into, cause=cause, **told)
        return split_sector(session, id, _parts(form), chosen={}, cause=cause, **told)[1]

    made = as_change_set(session, act, id, work, actor=actor, reason=reason)
    say(gettext("The sectors were reorganised."), undo=f"/staff/change-sets/{made}/undo")
    return address


def _parts(form: Any) -> list[dict[str, str]]:
    names = [
        text.strip()
        for at in range(1, _NEXT_PARTS + 1)
        if (text := form[f"part_{at}"].data or "").strip()
    ]
    if len(set(names)) != len(names):
        raise BadInput(gettext("Give each new sector a name of its own."), field="part_2")
    return [{"en": name} for name in names]


def _others(reference: Reference, own: int) -> list[SelectChoice]:
    return [
        SelectChoice(str(id), label_of(term.names, language()))
        for id, term in reference.sectors.items()
        if id != own and term.retired_on is None
    ]


def _title(act: str) -> str:
    return {
        "retire": gettext("Retire a sector"),
        "merge": gettext("Merge a sector into another"),
        "split": gettext("Split a sector"),
        "reinstate": gettext("Take a sector into use again"),
    }[act]


def _effect(act: str, touched: int) -> str:
    organisations = ngettext("One organisation has it.", "%(num)s organisations have it.", touched)
    told = {
        "retire": gettext("It is offered nowhere any more."),
        "merge": gettext(
            "Its organisations get the other sector, its names become other spellings of that one,"
            " and it is retired."
        ),
        "split": gettext(
            "Its organisations get all of the new sectors, and it is retired. Take away what does"
            " not fit with a bulk edit afterwards."
        ),
        "reinstate": gettext("It is offered again."),
    }[act]
    return f"{organisations} {told}"
