"""Who works where: adding a person, moving, leaving, ending a role, correcting a mistake."""

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from alliance.accounts.permissions import Permission, allow
from alliance.core.actor import Actor
from alliance.directory.operations.affiliations import (
    affiliate,
    end_role,
    leave,
    move_contact,
)
from alliance.web.forms import submit
from alliance.web.languages import gettext
from alliance.web.public.context import today
from alliance.web.staff import staff
from alliance.web.staff.contact.affiliation_forms import (
    AffiliateForm,
    EndForm,
    LeaveForm,
    MoveForm,
    role_choices,
)
from alliance.web.staff.contact.affiliation_parts import (
    affiliation_page,
    chosen,
    editable,
    isolate,
    left_place,
    offer_hand_over,
    page,
    place_name,
    tell_of_gaps,
    told_day,
    workplaces,
)
from alliance.web.staff.contact.edit import fresh_cause, undo_address
from alliance.web.staff.contact.view import role_label
from alliance.web.staff.frame import say

EVERYWHERE = "all"


@staff.route("/contacts/<int:contact_id>/affiliate", methods=["GET", "POST"])
@allow(Permission.EDIT_CONTACTS)
def give_role(contact_id: int) -> ResponseReturnValue:
    """Give a contact a role in an organisation."""
    found = editable(contact_id)
    form = AffiliateForm(data={"on": today(), "organisation": request.args.get("organisation", "")})
    form.prepare_place(role_choices())
    cause = fresh_cause()

    def work(session: Session, actor: Actor) -> str:
        place = chosen(session, form)
        form.place_id = place.id
        affiliate(
            session,
            contact_id=contact_id,
            organisation_id=place.id,
            role=form.role.data,
            on=form.on.data,
            actor=actor,
            job_title=form.job_title.data or None,
            in_place_of=form.handed_over_by,
            reason=form.reason.data or None,
            cause=cause,
        )
        told = gettext(
            "%(name)s is “%(role)s” of %(organisation)s from %(day)s.",
            name=isolate(found.contact.name),
            role=role_label(form.role.data),
            organisation=isolate(place.name),
            day=told_day(form.on.data),
        )
        say(told, undo=undo_address(contact_id, cause))
        return f"/staff/contacts/{contact_id}"

    answer = submit(form, work)
    offer_hand_over(form, form.place_id)
    return answer or page(form, "staff/affiliations/give.html", found)


@staff.route("/contacts/<int:contact_id>/move", methods=["GET", "POST"])
@allow(Permission.EDIT_CONTACTS)
def move_person(contact_id: int) -> ResponseReturnValue:
    """Let a contact leave one organisation and take a role in another, in one step."""
    found = editable(contact_id)
    places = workplaces(found, today())
    form = MoveForm(data={"on": today(), "leaves": request.args.get("from", "")})
    form.prepare_move(role_choices(), list(places.items()))
    cause = fresh_cause()

    def work(session: Session, actor: Actor) -> str:
        left = int(left_place(form.leaves.data, places, "leaves"))
        place = chosen(session, form)
        form.place_id = place.id
        move_contact(
            session,
            contact_id,
            from_id=left,
            to_id=place.id,
            role=form.role.data,
            on=form.on.data,
            actor=actor,
            job_title=form.job_title.data or None,
            in_place_of=form.handed_over_by,
            reason=form.reason.data or None,
            cause=cause,
        )
        told = gettext(
            "%(name)s moves from %(left)s to %(organisation)s on %(day)s.",
            name=isolate(found.contact.name),
            left=isolate(places[str(left)]),
            organisation=isolate(place.name),
            day=told_day(form.on.data),
        )
        tell_of_gaps(session, told, {left: places[str(left)]}, form.on.data,
                     undo_address(contact_id, cause))  # fmt: skip
        return f"/staff/contacts/{contact_id}"

    answer = submit(form, work)
    offer_hand_over(form, form.place_id)
    return answer or page(form, "staff/affiliations/move.html", found, places=places)


@staff.route("/contacts/<int:contact_id>/leave", methods=["GET", "POST"])
@allow(Permission.EDIT_CONTACTS)
def leave_organisation(contact_id: int) -> ResponseReturnValue:
    """End all that a contact does for one organisation, or for all."""
    found = editable(contact_id)
    places = workplaces(found, today())
    form = LeaveForm(data={"on": today(), "organisation": request.args.get("from", "")})
    everywhere = {EVERYWHERE: gettext("All organisations")} if len(places) > 1 else {}
    form.prepare([*places.items(), *everywhere.items()])
    cause = fresh_cause()

    def work(session: Session, actor: Actor) -> str:
        is_all = form.organisation.data == EVERYWHERE and len(places) > 1
        if not is_all:
            left_place(form.organisation.data, places, "organisation")
        left = places if is_all else {form.organisation.data: places[form.organisation.data]}
        leave(
            session,
            contact_id,
            None if is_all else int(form.organisation.data),
            on=form.on.data,
            actor=actor,
            reason=form.reason.data or None,
            cause=cause,
        )
        told = gettext(
            "%(name)s leaves %(organisations)s on %(day)s.",
            name=isolate(found.contact.name),
            organisations=gettext(", ").join(map(isolate, left.values())),
            day=told_day(form.on.data),
        )
        tell_of_gaps(session, told, {int(id): name for id, name in left.items()}, form.on.data,
                     undo_address(contact_id, cause))  # fmt: skip
        return f"/staff/contacts/{contact_id}"

    return submit(form, work) or page(form, "staff/affiliations/leave.html", found, places=places)


@staff.route("/affiliations/<int:affiliation_id>/end", methods=["GET", "POST"])
@allow(Permission.EDIT_CONTACTS)
def end_affiliation(affiliation_id: int) -> ResponseReturnValue:
    """End one role of a contact, who stays in the others."""
    works, found = affiliation_page(affiliation_id)
    form = EndForm(data={"on": today()})
    form.prepare()
    cause = fresh_cause()

    def work(session: Session, actor: Actor) -> str:
        end_role(
            session,
            works.contact_id,
            works.organisation_id,
            works.role,
            on=form.on.data,
            actor=actor,
            reason=form.reason.data or None,
            cause=cause,
        )
        place = place_name(found, affiliation_id)
        told = gettext(
            "%(name)s is “%(role)s” of %(organisation)s no more from %(day)s.",
            name=isolate(found.contact.name),
            role=role_label(works.role),
            organisation=isolate(place),
            day=told_day(form.on.data),
        )
        tell_of_gaps(session, told, {works.organisation_id: place}, form.on.data,
                     undo_address(works.contact_id, cause))  # fmt: skip
        return f"/staff/contacts/{works.contact_id}"

    return submit(form, work) or page(
        form,
        "staff/affiliations/end.html",
        found,
        role=role_label(works.role),
        place=place_name(found, affiliation_id),
        affiliation_id=affiliation_id,
    )
