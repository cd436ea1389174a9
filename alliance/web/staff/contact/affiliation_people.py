"""Adding a person to an organisation: somebody who is known, or somebody new, in one form."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from alliance.accounts.permissions import Permission, allow
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.core.errors import BadInput, NotFound
from alliance.directory.operations.affiliations import add_person, affiliate
from alliance.directory.queries.people_finding import FoundOrganisation, organisations_like
from alliance.directory.rules.records import Address, ContactRecord
from alliance.imports.queries.look_alikes import ContactAlike, contacts_alike
from alliance.web.forms import submit
from alliance.web.guards import may
from alliance.web.languages import gettext
from alliance.web.public.context import today
from alliance.web.staff import staff
from alliance.web.staff.contact.affiliation_forms import AddPersonForm, role_choices
from alliance.web.staff.contact.affiliation_parts import isolate, offer_hand_over, told_day
from alliance.web.staff.contact.edit import fresh_cause, undo_address
from alliance.web.staff.contact.look_alikes import reasons_of
from alliance.web.staff.contact.view import role_label
from alliance.web.staff.frame import say

NEW = "new"


@staff.route("/organisations/<int:organisation_id>/people/add", methods=["GET", "POST"])
@allow(Permission.EDIT_CONTACTS)
def add_person_to_organisation(organisation_id: int) -> ResponseReturnValue:
    """Give a role in an organisation to a contact, or to somebody who becomes one."""
    place = _organisation(organisation_id)
    with_details = may(Permission.SEE_CONTACT_DETAILS)
    roles = role_choices(place.category)
    asked = request.args.get("role", "")
    form = AddPersonForm(data={"on": today(), "role": asked if asked in dict(roles) else ""})
    form.prepare(roles, with_details=with_details)
    email = (form.email.data or "") if with_details else ""
    alike = _alike(form, email, organisation_id)
    form.person.choices = _choices(alike)
    cause = fresh_cause()

    def work(session: Session, actor: Actor) -> str:
        id = _done(session, actor, form, alike, email, organisation_id, cause)
        told = gettext(
            "%(name)s is “%(role)s” of %(organisation)s from %(day)s.",
            name=isolate(_name(form, alike)),
            role=role_label(form.role.data),
            organisation=isolate(place.name),
            day=told_day(form.on.data),
        )
        say(told, undo=undo_address(id, cause))
        return f"/staff/organisations/{organisation_id}"

    answer = submit(form, work)
    offer_hand_over(form, organisation_id)
    if answer:
        return answer
    body = render_template(
        "staff/affiliations/add_person.html",
        form=form,
        place=place,
        alike=alike,
        with_details=with_details,
        is_taken_over=bool(form.hand_over.choices),
    )
    return body, 422 if form.has_errors else 200


def _organisation(organisation_id: int) -> FoundOrganisation:
    found = organisations_like(db.session(), f"#{organisation_id}")
    if not found:
        raise NotFound(f"There is no organisation {organisation_id}.")
    return found[0]


def _alike(form: AddPersonForm, email: str, organisation_id: int) -> list[ContactAlike]:
    """Contacts that may be meant; none before anything was typed."""
    typed = form.name.data or ""
    if not typed.strip() and not email.strip():
        return []
    return contacts_alike(
        db.session(), name=typed, email=email, organisation_id=organisation_id, today=today(),
        with_beginnings=True,
    )  # fmt: skip


def _choices(alike: list[ContactAlike]) -> list[tuple[str, str]]:
    if not alike:
        return []
    return [
        *(
            (
                str(one.id),
                gettext("%(name)s – %(reasons)s", name=isolate(one.name),
                        reasons=gettext(", ").join(reasons_of(one))),
            )
            for one in alike
        ),
        (NEW, gettext("Somebody new")),
    ]  # fmt: skip


def _name(form: AddPersonForm, alike: list[ContactAlike]) -> str:
    named = {str(one.id): one.name for one in alike}
    return named.get(str(form.person.data or ""), form.name.data or "")


def _done(
    session: Session,
    actor: Actor,
    form: AddPersonForm,
    alike: list[ContactAlike],
    email: str,
    organisation_id: int,
    cause: str,
) -> int:
    picked = str(form.person.data or "")
    known = {str(one.id): one.id for one in alike}
    if alike and picked not in known and picked != NEW:
        raise BadInput(
            gettext(
                "Somebody like this is known already. Say who it is, or that it is somebody new."
            ),
            field="person",
        )
    if not alike and not (form.name.data or "").strip():
        raise BadInput(gettext("Give a name."), field="name")
    if picked in known:
        affiliate(
            session,
            contact_id=known[picked],
            organisation_id=organisation_id,
            role=form.role.data,
            on=form.on.data,
            actor=actor,
            job_title=form.job_title.data or None,
            in_place_of=form.handed_over_by,
            reason=form.reason.data or None,
            cause=cause,
        )
        return known[picked]
    return add_person(
        session,
        ContactRecord(
            name=form.name.data or "",
            latin_name=form.latin_name.data or None,
            addresses=(Address(email.strip()),) if email.strip() else (),
        ),
        organisation_id=organisation_id,
        role=form.role.data,
        on=form.on.data,
        actor=actor,
        job_title=form.job_title.data or None,
        in_place_of=form.handed_over_by,
        reason=form.reason.data or None,
        cause=cause,
    )
