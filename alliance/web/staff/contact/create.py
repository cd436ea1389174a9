"""A new contact, with a role in an organisation in the same step where there is one."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from alliance.accounts.permissions import Permission, allow
from alliance.core.actor import Actor
from alliance.core.errors import BadInput
from alliance.directory.operations.affiliations import add_person
from alliance.directory.operations.contacts import save_contacts
from alliance.directory.rules.records import ContactRecord
from alliance.web.forms import submit
from alliance.web.languages import gettext
from alliance.web.public.context import today
from alliance.web.staff import staff
from alliance.web.staff.contact.affiliation_forms import NewContactForm, role_choices
from alliance.web.staff.contact.affiliation_parts import chosen, isolate, offer_hand_over
from alliance.web.staff.contact.edit import fresh_cause, undo_address
from alliance.web.staff.contact.record import seen_fields
from alliance.web.staff.frame import say

_ASKED = ("name", "latin_name", "sort_name", "language", "time_zone", "addresses", "phones")


@staff.route("/contacts/new", methods=["GET", "POST"])
@allow(Permission.EDIT_CONTACTS)
def new_contact() -> ResponseReturnValue:
    """Store somebody new."""
    fields = tuple(field for field in _ASKED if field in seen_fields())
    form = NewContactForm(
        data={"on": today(), "organisation": request.args.get("organisation", "")}
    )
    form.prepare(fields)
    form.prepare_place([("", gettext("No role")), *role_choices()])
    if form.changes_a_list:
        form.change_list()
        return _page(form, fields, 200)
    cause = fresh_cause()

    def work(session: Session, actor: Actor) -> str:
        record = ContactRecord(**form.changes(fields))
        reason = form.reason.data or None
        if not (form.organisation.data or "").strip() and not form.role.data:
            (id,) = save_contacts(session, [record], actor=actor, reason=reason, cause=cause)
        else:
            place = chosen(session, form)
            form.place_id = place.id
            if not form.role.data:
                raise BadInput(gettext("Choose a role there."), field="role")
            if form.on.data is None:
                raise BadInput(gettext("Give the first day in the role."), field="on")
            id = add_person(
                session,
                record,
                organisation_id=place.id,
                role=form.role.data,
                on=form.on.data,
                actor=actor,
                job_title=form.job_title.data or None,
                in_place_of=form.handed_over_by,
                reason=reason,
                cause=cause,
            )
        told = gettext("“%(name)s” is a contact now.", name=isolate(record.name))
        say(told, undo=undo_address(id, cause))
        return f"/staff/contacts/{id}"

    answer = submit(form, work)
    offer_hand_over(form, form.place_id)
    return answer or _page(form, fields, 422 if form.has_errors else 200)


def _page(form: NewContactForm, fields: tuple[str, ...], code: int) -> ResponseReturnValue:
    if "addresses" in fields and not len(form.addresses):
        form.addresses.append_entry()
    body = render_template("staff/contact/new.html", form=form, fields=fields)
    return body, code
