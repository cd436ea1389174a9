"""Adding an organisation, and editing all of it at once."""

from dataclasses import replace
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from alliance.accounts.permissions import Permission, allow
from alliance.core.actor import Actor
from alliance.core.errors import NotFound, Refused, Stale
from alliance.directory.operations.editing import edit_organisation
from alliance.directory.operations.reverting import put_all_back
from alliance.directory.operations.saving import save_organisations
from alliance.directory.rules.records import OrganisationRecord
from alliance.web.forms import submit
from alliance.web.guards import current_actor
from alliance.web.languages import gettext
from alliance.web.public.context import today
from alliance.web.staff import staff
from alliance.web.staff.conflict import without_theirs
from alliance.web.staff.frame import say
from alliance.web.staff.labels import field_label
from alliance.web.staff.organisation.acts import back_to, leave, undo_all_url, worded
from alliance.web.staff.organisation.conflict import conflict_page
from alliance.web.staff.organisation.forms import (
    FIELDS,
    VersionedForm,
    asked_fields,
    changes_in,
    organisation_form,
)
from alliance.web.staff.organisation.look_alikes import Match, matches_of
from alliance.web.staff.organisation.page import AT, head_of, load


class _ThereAlready(Refused):
    """It may be there already; who adds it has to say that it is another one."""

    def __init__(self, matches: list[Match]) -> None:
        super().__init__(
            gettext("It may be there already. Look, and say below if it is another one.")
        )
        self.matches = matches


@staff.route("/organisations/new", methods=["GET", "POST"])
@allow(Permission.EDIT_ORGANISATIONS)
def new_organisation() -> ResponseReturnValue:
    """Add an organisation."""
    form = organisation_form(None)
    if form.reshape():
        return _new_page(form, [])
    matches: list[Match] = []

    def work(session: Session, actor: Actor) -> str:
        values = changes_in(form, None, actor=actor, today=today())
        record = OrganisationRecord(**values)
        matches[:] = [] if form["anyway"].data else matches_of(record)
        if matches:
            raise _ThereAlready(matches)
        with worded():
            (id,) = save_organisations(session, [record], actor=actor)
        return back_to(id)

    answer = submit(form, work)
    if answer is None:
        return _new_page(form, matches)
    say(gettext("The organisation was added."))
    return answer


def _new_page(form: VersionedForm, matches: list[Match]) -> ResponseReturnValue:
    body = render_template(
        "staff/organisation/new.html", form=form, asked=asked_fields(), matches=matches
    )
    return body, 422 if form.has_errors else 200


@staff.route(f"{AT}/edit", methods=["GET", "POST"])
@allow(Permission.EDIT_ORGANISATIONS)
def edit_organisation_form(organisation_id: int) -> ResponseReturnValue:
    """Edit an organisation."""
    try:
        page = load(organisation_id)
    except NotFound:
        return gone_page()
    if request.method == "GET" and page.record.delete_on is not None:
        return leave(organisation_id, gettext("It was deleted; restore it before you change it."))
    form = organisation_form(page.record)
    if not form.reshape():
        answer = save(organisation_id, page.record, form, request.path)
        if answer is not None:
            return answer
    body = render_template(
        "staff/organisation/edit.html",
        head=head_of(page, ""),
        form=form,
        asked=asked_fields(),
    )
    return body, 422 if form.has_errors else 200


def save(
    organisation_id: int,
    record: OrganisationRecord,
    form: VersionedForm,
    url: str,
    *,
    said: bool = True,
) -> ResponseReturnValue | None:
    """Store what a form changes; None when the form has to be shown (again).

    record: as it was when this request began; url: where the form is sent.
    """
    wanted: list[dict[str, Any]] = [{}]
    undo = [""]

    def work(session: Session, actor: Actor) -> str:
        changes = without_theirs(changes_in(form, record, actor=actor, today=today()))
        wanted[0] = changes
        with worded():
            after = edit_organisation(
                session,
                organisation_id,
                changes,
                version=form.version.data or "unknown",
                actor=actor,
            )
        undo[0] = undo_all_url(organisation_id, actor) if said and after != record else ""
        return back_to(organisation_id)

    try:
        answer = submit(form, work)
    except Stale as stale:
        now = load(organisation_id).record
        return conflict_page(organisation_id, form, stale, replace(now, **wanted[0]), url)
    except NotFound:
        return gone_page()
    if answer is not None and said:
        say(gettext("Saved."), undo=undo[0])
    return answer


@staff.post(f"{AT}/undo/<int:entry_id>")
@allow(Permission.EDIT_ORGANISATIONS)
def take_edit_back(organisation_id: int, entry_id: int) -> ResponseReturnValue:
    """Take back the whole of an edit, as Undo of what was said after it."""
    form = VersionedForm()
    form.submission.data = f"undo-all-{entry_id}"

    def work(session: Session, actor: Actor) -> str:
        with worded():
            put_all_back(session, organisation_id, entry_id, actor=actor)
        return back_to(organisation_id)

    answer = submit(form, work)
    if answer is None:
        told = [str(one) for errors in form.errors.values() for one in errors]
        return leave(organisation_id, " ".join(told))
    say(gettext("It is as it was before."))
    return answer


def gone_page() -> ResponseReturnValue:
    """The record was removed for good meanwhile: said so, with all that was typed."""
    current_actor()
    typed = [
        (field_label("organisation", name.partition("-")[0]), value)
        for name, value in request.form.items(multi=True)
        if name.partition("-")[0] in FIELDS and value.strip()
    ]
    if request.method == "GET":
        raise NotFound("There is no such organisation.")
    return render_template("staff/organisation/gone.html", typed=typed), 409
