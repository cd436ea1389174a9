"""Correcting what is stored of an affiliation, and taking out one that was entered in error."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from alliance.accounts.permissions import Permission, allow
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.core.errors import Stale
from alliance.directory.operations.affiliations import correct_affiliation, remove_wrong
from alliance.directory.queries.people import Person
from alliance.directory.rules.records import AffiliationRecord
from alliance.directory.rules.versions import version_of
from alliance.web.forms import submit
from alliance.web.languages import gettext
from alliance.web.staff import staff
from alliance.web.staff.conflict import without_theirs
from alliance.web.staff.contact.affiliation_forms import AffiliationForm, role_choices
from alliance.web.staff.contact.affiliation_parts import affiliation_page, isolate, page, place_name
from alliance.web.staff.contact.conflict import rows_of, typed_again
from alliance.web.staff.contact.edit import fresh_cause, undo_address
from alliance.web.staff.contact.forms import ReasonForm
from alliance.web.staff.contact.view import role_label
from alliance.web.staff.frame import say

_FIELDS = ("role", "job_title", "started_on", "ended_on")


@staff.route("/affiliations/<int:affiliation_id>/edit", methods=["GET", "POST"])
@allow(Permission.EDIT_CONTACTS)
def edit_one_affiliation(affiliation_id: int) -> ResponseReturnValue:
    """Correct role, job title and days of an affiliation."""
    works, found = affiliation_page(affiliation_id)
    shown = {field: getattr(works, field) for field in _FIELDS}
    form = AffiliationForm(data={**shown, "version": version_of(works)})
    form.prepare(role_choices())
    cause = fresh_cause()
    place = place_name(found, affiliation_id)

    def work(session: Session, actor: Actor) -> str:
        after = correct_affiliation(
            session,
            affiliation_id,
            without_theirs(_wanted(form)),
            version=form.version.data or "",
            actor=actor,
            reason=form.reason.data or None,
            cause=cause,
        )
        if after != works:
            told = gettext(
                "The work of %(name)s for %(organisation)s is corrected.",
                name=isolate(found.contact.name),
                organisation=isolate(place),
            )
            say(told, undo=undo_address(works.contact_id, cause))
        return f"/staff/contacts/{works.contact_id}"

    try:
        answer = submit(form, work)
    except Stale as error:
        return _conflict(form, works, found, error)
    return answer or page(
        form, "staff/affiliations/edit.html", found, place=place, affiliation_id=affiliation_id
    )


def _wanted(form: AffiliationForm) -> dict[str, Any]:
    values = {field: form[field].data for field in _FIELDS}
    return {**values, "job_title": values["job_title"] or None}


def _conflict(
    form: AffiliationForm, works: AffiliationRecord, found: Person, error: Stale
) -> ResponseReturnValue:
    """Both answers field by field; what was typed is sent again with the choice."""
    rows, left = rows_of(db.session(), "affiliation", works, _wanted(form), error)
    body = render_template(
        "staff/contact/conflict.html",
        token_form=form,
        contact=found.contact,
        base=f"/staff/contacts/{works.contact_id}",
        url=request.path,
        version=error.version,
        rows=rows,
        left=left,
        typed=typed_again(),
    )
    return body, 409


@staff.route("/affiliations/<int:affiliation_id>/remove", methods=["GET", "POST"])
@allow(Permission.EDIT_CONTACTS)
def remove_wrong_affiliation(affiliation_id: int) -> ResponseReturnValue:
    """Take out an affiliation that never was; the history keeps what was entered."""
    works, found = affiliation_page(affiliation_id)
    form = ReasonForm()
    form.prepare()
    cause = fresh_cause()

    def work(session: Session, actor: Actor) -> str:
        remove_wrong(
            session,
            affiliation_id,
            actor=actor,
            reason=form.reason.data or gettext("entered in error"),
            cause=cause,
        )
        say(gettext("The wrong entry is gone."), undo=undo_address(works.contact_id, cause))
        return f"/staff/contacts/{works.contact_id}"

    return submit(form, work) or page(
        form,
        "staff/affiliations/remove.html",
        found,
        role=role_label(works.role),
        place=place_name(found, affiliation_id),
        affiliation_id=affiliation_id,
    )
