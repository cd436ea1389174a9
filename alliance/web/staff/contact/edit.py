"""Changing a contact: all of it, one field in its place, and putting an earlier value back."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from alliance.accounts.permissions import Permission, allow
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.core.errors import NotFound, Refused, Stale
from alliance.directory.operations.editing import edit_contact
from alliance.directory.operations.taking_back import put_contact_back, take_back
from alliance.directory.queries.people import person
from alliance.directory.rules.records import ContactRecord
from alliance.directory.rules.versions import version_of
from alliance.reactions import abandon, commit
from alliance.web.forms import submit
from alliance.web.guards import current_actor, may
from alliance.web.languages import gettext
from alliance.web.staff import staff
from alliance.web.staff.conflict import without_theirs
from alliance.web.staff.contact.conflict import rows_of, typed_again
from alliance.web.staff.contact.forms import ContactForm, shown_values
from alliance.web.staff.contact.record import note_look, seen_fields
from alliance.web.staff.frame import say
from alliance.web.staff.labels import field_label

_P = Permission
_EDITED = ("name", "latin_name", "sort_name", "language", "time_zone", "addresses", "phones")


@staff.route("/contacts/<int:contact_id>/edit", methods=["GET", "POST"])
@allow(Permission.EDIT_CONTACTS)
def edit_whole_contact(contact_id: int) -> ResponseReturnValue:
    """All fields of a contact in one form."""
    fields = tuple(field for field in _EDITED if field in seen_fields())
    return _edit(contact_id, fields, "staff/contact/edit.html", "")


@staff.route("/contacts/<int:contact_id>/edit/<field>", methods=["GET", "POST"])
@allow(Permission.EDIT_CONTACTS)
def edit_contact_field(contact_id: int, field: str) -> ResponseReturnValue:
    """One field of a contact, in its place on the record or on a page of its own."""
    if field not in _EDITED or field not in seen_fields():
        raise NotFound(f"There is no field {field[:40]}.")
    return _edit(contact_id, (field,), "staff/contact/edit_field.html", f"#fact-{field}")


@staff.post("/contacts/<int:contact_id>/history/<field>/<int:entry_id>/revert")
@allow(Permission.EDIT_CONTACTS)
def revert_contact_field(contact_id: int, field: str, entry_id: int) -> ResponseReturnValue:
    """Give a field the value that it had before one entry of its history."""
    if field not in seen_fields():
        raise NotFound(f"There is no field {field[:40]}.")
    cause = fresh_cause()

    def work(session: Session, actor: Actor) -> None:
        put_contact_back(session, contact_id, field, entry_id, actor=actor, cause=cause)
        told = gettext("%(field)s is as it was before.", field=field_label("contact", field))
        say(told, undo=undo_address(contact_id, cause))

    return at_once(work, f"/staff/contacts/{contact_id}/history/{field}")


@staff.post("/contacts/<int:contact_id>/undo/<cause>")
@allow(Permission.EDIT_CONTACTS)
def undo_act_on_people(contact_id: int, cause: str) -> ResponseReturnValue:
    """Take back what one has just done to people."""
    target = f"/staff/contacts/{contact_id}"

    def work(session: Session, actor: Actor) -> None:
        take_back(session, f"people:{cause}", actor=actor)
        say(gettext("It is as it was before."))

    answer = at_once(work, target)
    if contact_id and contact_is_there(contact_id):
        return answer
    return redirect("/staff/contacts", code=303)


def fresh_cause() -> str:
    """A name for one act, under which it can be taken back."""
    return f"people:{uuid4().hex}"


def undo_address(contact_id: int, cause: str) -> str:
    """Where one act is taken back by POST."""
    return f"/staff/contacts/{contact_id}/undo/{cause.removeprefix('people:')}"


def contact_is_there(contact_id: int) -> bool:
    """Whether there is such a contact."""
    try:
        person(db.session(), contact_id)
    except NotFound:
        return False
    return True


def at_once(work: Any, target: str) -> Response:
    """Do what a button asks for, which has no form of its own, and go to `target`.

    A refusal is told on that page.
    """
    session = db.session()
    try:
        work(session, current_actor())
        commit(session)
    except (Refused, Stale) as error:
        abandon(session)
        say(error.message, late=True)
    except BaseException:
        abandon(session)
        raise
    answer = redirect(target, code=303)
    assert isinstance(answer, Response)
    return answer


def _edit(
    contact_id: int, fields: Sequence[str], template: str, fragment: str
) -> ResponseReturnValue:
    before = person(db.session(), contact_id).contact
    if before.delete_on is not None:
        raise Refused(gettext("This contact was deleted; restore it before you change it."))
    form = ContactForm(data={**shown_values(before), "version": version_of(before)})
    form.prepare(fields, before)
    if request.method == "GET":
        note_look(contact_id)
    if form.changes_a_list:
        form.change_list()
        return _page(template, form, before, fields, 200)
    cause = fresh_cause()

    def work(session: Session, actor: Actor) -> str:
        changes = without_theirs(form.changes(fields))
        after = edit_contact(
            session,
            contact_id,
            changes,
            version=form.version.data or "",
            actor=actor,
            reason=form.reason.data or None,
            cause=cause,
        )
        if after != before:
            undo = undo_address(contact_id, cause)
            say(gettext("“%(name)s” is saved.", name=f"\u2068{after.name}\u2069"), undo=undo)
        return f"/staff/contacts/{contact_id}{fragment}"

    try:
        answer = submit(form, work)
    except Stale as error:
        return _conflict(contact_id, form, error, fields)
    return answer or _page(template, form, before, fields, 422 if form.has_errors else 200)


def _page(
    template: str, form: ContactForm, contact: ContactRecord, fields: Sequence[str], code: int
) -> ResponseReturnValue:
    if "addresses" in fields and not len(form.addresses):
        form.addresses.append_entry()
    body = render_template(
        template,
        form=form,
        contact=contact,
        base=f"/staff/contacts/{contact.id}",
        fields=fields,
        field_name=fields[0],
        label=field_label("contact", fields[0]),
        may_see_details=may(_P.SEE_CONTACT_DETAILS),
    )
    return body, code


def _conflict(
    contact_id: int, form: ContactForm, error: Stale, fields: Sequence[str]
) -> ResponseReturnValue:
    """Both answers field by field; what was typed is sent again with the choice."""
    session = db.session()
    contact = person(session, contact_id).contact
    rows, left = rows_of(session, "contact", contact, form.changes(fields), error)
    body = render_template(
        "staff/contact/conflict.html",
        token_form=form,
        contact=contact,
        base=f"/staff/contacts/{contact_id}",
        url=request.path,
        version=error.version,
        rows=rows,
        left=left,
        typed=typed_again(),
    )
    return body, 409
