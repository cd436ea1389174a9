"""How one field came to be what it is, and putting an earlier value back."""

from dataclasses import dataclass

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import HiddenField

from alliance.accounts.permissions import Permission, allow
from alliance.accounts.rules.visible import hidden_fields
from alliance.audit.queries import field_history as changes_of_field
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.core.errors import Stale
from alliance.directory.operations.reverting import put_back
from alliance.directory.rules.documents import document
from alliance.directory.rules.reverting import can_be_put_back
from alliance.directory.rules.versions import version_of
from alliance.web.forms import Form, submit
from alliance.web.guards import may, present_permissions
from alliance.web.languages import gettext
from alliance.web.staff import staff
from alliance.web.staff.frame import say
from alliance.web.staff.labels import field_label, known_fields
from alliance.web.staff.organisation.acts import back_to, leave, worded
from alliance.web.staff.organisation.facts import shown_texts
from alliance.web.staff.organisation.page import AT, load
from alliance.web.staff.values import doer, moment

_LONGEST_ID = 18


class RevertForm(Form):
    """Names an entry of the history, and the version that its reader saw."""

    entry = HiddenField()
    version = HiddenField()


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the field: from, to, who, when and why; is_open: it can be put back."""

    entry_id: int
    before: tuple[str, ...]
    after: tuple[str, ...]
    who: str
    when: str
    day: str
    reason: str
    is_open: bool


@staff.get(f"{AT}/fields/<field>/history")
@allow(Permission.ENTER_WORKSPACE)
def field_history(organisation_id: int, field: str) -> str:
    """What a field was: from, to, who, when and why."""
    _refuse_hidden(field)
    page = load(organisation_id)
    record = page.record
    present = document(record).get(field)
    can_revert = (
        may(Permission.EDIT_ORGANISATIONS) and record.delete_on is None and can_be_put_back(field)
    )
    steps = [
        Step(
            entry_id=one.entry_id,
            before=shown_texts(field, one.before),
            after=shown_texts(field, one.after),
            who=doer(one.actor_name),
            when=moment(one.at),
            day=one.at.isoformat(),
            reason=one.reason or "",
            is_open=can_revert and one.action != "created" and one.before != present,
        )
        for one in changes_of_field(db.session(), "organisation", organisation_id, field)
    ]
    return render_template(
        "staff/organisation/field_history.html",
        record=record,
        label=field_label("organisation", field),
        steps=steps,
        form=RevertForm(version=version_of(record)),
        url=url_for("staff.revert_field", organisation_id=organisation_id, field=field),
    )


@staff.post(f"{AT}/fields/<field>/revert")
@allow(Permission.EDIT_ORGANISATIONS)
def revert_field(organisation_id: int, field: str) -> ResponseReturnValue:
    """Put back what a field was before an entry: from its history, or as Undo of what was said."""
    _refuse_hidden(field)
    form = RevertForm()
    told = request.args.get("entry") or form.entry.data or ""
    if not (told.isascii() and told.isdigit() and len(told) <= _LONGEST_ID):
        abort(404)
    if "submission" not in request.form:
        # Undo of what was just said names the entry, which is as good as a key of its own.
        form.submission.data = f"undo-{told}"

    def work(session: Session, actor: Actor) -> str:
        with worded():
            put_back(
                session,
                organisation_id,
                field,
                int(told),
                version=form.version.data or None,
                actor=actor,
            )
        return back_to(organisation_id)

    try:
        answer = submit(form, work)
    except Stale as stale:
        return leave(organisation_id, stale.message)
    if answer is None:
        return leave(organisation_id, " ".join(_messages(form)))
    label = field_label("organisation", field)
    say(gettext("%(field)s is as it was before.", field=label))
    return answer


def _messages(form: Form) -> list[str]:
    return [str(one) for errors in form.errors.values() for one in errors]


def _refuse_hidden(field: str) -> None:
    """A field that there is not and one that the visitor may not see look the same."""
    hidden = hidden_fields("organisation", present_permissions())
    if field in hidden or field not in known_fields("organisation"):
        abort(404)
