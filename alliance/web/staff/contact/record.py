"""The page of one person: who it is, where it works, what happened, what staff noted."""

from datetime import date
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from alliance.accounts.permissions import Permission, allow
from alliance.accounts.queries.recent import opened
from alliance.audit.queries import field_history
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.core.errors import NotFound
from alliance.directory.operations.notes import add_note
from alliance.directory.queries.happenings import happenings
from alliance.directory.queries.people import Person, person
from alliance.directory.rules.reverting import can_be_put_back
from alliance.web.forms import submit
from alliance.web.guards import may, present_permissions, signed_in
from alliance.web.languages import gettext
from alliance.web.public.context import today
from alliance.web.staff import staff
from alliance.web.staff.activity import activity_of
from alliance.web.staff.contact.forms import NoteForm
from alliance.web.staff.contact.view import (
    address_pills,
    concerns,
    cut,
    facts_of,
    initials_of,
    lines,
    named,
)
from alliance.web.staff.frame import say
from alliance.web.staff.labels import field_label
from alliance.web.staff.values import moment, value_text

_P = Permission
_LATEST = 12
_MOST = 200


@staff.get("/contacts/<int:contact_id>")
@allow(Permission.ENTER_WORKSPACE)
def contact(contact_id: int) -> ResponseReturnValue:
    """The record of a person."""
    return _record(contact_id, _note_form(), 200)


@staff.post("/contacts/<int:contact_id>/notes")
@allow(Permission.WRITE_NOTES)
def contact_note(contact_id: int) -> ResponseReturnValue:
    """Write a note about a person."""
    form = _note_form()

    def work(session: Session, actor: Actor) -> str:
        add_note(session, "contact", contact_id, form.text.data or "", actor=actor)
        say(gettext("The note is kept. Only staff can read it."))
        return f"/staff/contacts/{contact_id}#notes"

    return submit(form, work) or _record(contact_id, form, 422)


@staff.get("/contacts/<int:contact_id>/peek")
@allow(Permission.ENTER_WORKSPACE)
def contact_peek(contact_id: int) -> ResponseReturnValue:
    """A quick look at a person, for the panel beside a list."""
    found = found_person(contact_id)
    note_look(contact_id)
    return render_template("staff/contact/peek.html", **_shown(found, today()))


@staff.get("/contacts/<int:contact_id>/history")
@allow(Permission.ENTER_WORKSPACE)
def contact_history(contact_id: int) -> ResponseReturnValue:
    """All that happened to a person."""
    found = found_person(contact_id)
    happened, has_more = happenings(
        db.session(), "contact", contact_id, with_notes=False, limit=_MOST
    )
    return render_template(
        "staff/contact/history.html",
        items=activity_of(named(happened, found), present_permissions()),
        has_more=has_more,
        **_shown(found, today()),
    )


@staff.get("/contacts/<int:contact_id>/history/<field>")
@allow(Permission.ENTER_WORKSPACE)
def contact_field_history(contact_id: int, field: str) -> ResponseReturnValue:
    """How one field came to be what it is."""
    if field not in seen_fields():
        raise NotFound(f"There is no field {field[:40]}.")
    found = found_person(contact_id)
    changes = field_history(db.session(), "contact", contact_id, field)
    can_put_back = (
        may(_P.EDIT_CONTACTS) and can_be_put_back(field) and found.contact.delete_on is None
    )
    return render_template(
        "staff/contact/field_history.html",
        label=field_label("contact", field),
        steps=[
            {
                "before": value_text("contact", field, one.before) if one.before else "",
                "after": value_text("contact", field, one.after) if one.after else "",
                "who": one.actor_name,
                "when": moment(one.at),
                "day": one.at.isoformat(),
                "reason": one.reason or "",
                # What is there already need not be put back.
                "url": f"/staff/contacts/{contact_id}/history/{field}/{one.entry_id}/revert"
                if can_put_back and one.action != "created" and _is_other(changes, one)
                else "",
            }
            for one in changes
        ],
        **_shown(found, today()),
    )


def seen_fields() -> tuple[str, ...]:
    """The fields of a contact that the visitor may see."""
    fields = ["name", "latin_name", "sort_name", "language", "time_zone"]
    if may(_P.SEE_CONTACT_DETAILS):
        fields += ["addresses", "phones"]
    if may(_P.SEE_NOTES):
        fields.append("notes")
    return tuple(fields)


def found_person(contact_id: int) -> Person:
    """A person for a page. Raises NotFound; who was deleted is there for those who can restore."""
    found = person(db.session(), contact_id)
    if found.contact.delete_on is not None and not may(_P.REMOVE_RECORDS):
        raise NotFound(f"There is no contact {contact_id}.")
    return found


def note_look(contact_id: int) -> None:
    """Note who looked at a person, whose addresses the page may show."""
    account_id = signed_in().account_id
    opened(db.session(), account_id, "contact", contact_id, clock.now())


def _is_other(changes: Any, one: Any) -> bool:
    return bool(changes) and one.before != changes[0].after


def _note_form() -> NoteForm:
    form = NoteForm()
    form.prepare()
    return form


def _record(contact_id: int, form: NoteForm, code: int) -> ResponseReturnValue:
    session, day = db.session(), today()
    found = found_person(contact_id)
    if code == 200:
        note_look(contact_id)
    with_notes = may(_P.SEE_NOTES)
    happened, has_more = happenings(
        session, "contact", contact_id, with_notes=with_notes, limit=_LATEST
    )
    entries = [one for one in happened if one.kind == "entry"]
    body = render_template(
        "staff/contact/record.html",
        items=activity_of(named(entries, found), present_permissions()),
        has_more=has_more,
        staff_notes=[
            (one.text, one.actor_name, moment(one.at), one.at.isoformat(), "")
            for one in happened
            if one.kind == "note"
        ]
        if with_notes
        else [],
        form=form,
        **_shown(found, day),
    )
    return body, code


def _shown(found: Person, day: date) -> dict[str, Any]:
    """What all pages of a person show, without what the visitor may not see."""
    record = cut(found.contact)
    with_details = may(_P.SEE_CONTACT_DETAILS)
    return {
        "contact": record,
        "base": f"/staff/contacts/{record.id}",
        "initials": initials_of(record),
        "works": lines(found.workplaces, day),
        "facts": facts_of(record),
        "addresses": address_pills(record.addresses),
        "concerns": concerns(found, day, shared=found.shared if with_details else ()),
        "is_deleted": record.delete_on is not None,
        "is_archived": record.archived_on is not None,
        "can_edit": may(_P.EDIT_CONTACTS) and record.delete_on is None,
        "can_remove": may(_P.REMOVE_RECORDS),
        "may_see_details": with_details,
    }
