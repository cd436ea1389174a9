"""Putting contacts away, taking them back, and deleting them with time to think again."""

from collections.abc import Callable

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from alliance.accounts.permissions import Permission, allow
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.directory.operations.states import (
    DAYS_UNTIL_GONE,
    archive_contact,
    delete_contact,
    restore_contact,
)
from alliance.directory.queries.people import person
from alliance.web.forms import submit
from alliance.web.languages import gettext, ngettext
from alliance.web.public.context import today
from alliance.web.staff import staff
from alliance.web.staff.contact.affiliation_parts import isolate, page, workplaces
from alliance.web.staff.contact.edit import at_once
from alliance.web.staff.contact.forms import ReasonForm
from alliance.web.staff.frame import say

Act = Callable[[Session, Actor, str | None], None]


@staff.route("/contacts/<int:contact_id>/archive", methods=["GET", "POST"])
@allow(Permission.REMOVE_RECORDS)
def archive_one_contact(contact_id: int) -> ResponseReturnValue:
    """Leave a contact out of lists from now on."""

    def act(session: Session, actor: Actor, reason: str | None) -> None:
        archive_contact(session, contact_id, on=today(), actor=actor, reason=reason)

    return _state(
        contact_id,
        act,
        title=gettext("Archive this contact"),
        effect=gettext("It is left out of lists and of what is written to. Nothing is lost."),
        button=gettext("Archive"),
        told=gettext("The contact is archived."),
        can_undo=True,
    )


@staff.route("/contacts/<int:contact_id>/delete", methods=["GET", "POST"])
@allow(Permission.REMOVE_RECORDS)
def delete_one_contact(contact_id: int) -> ResponseReturnValue:
    """Delete a contact, for good after some days."""

    def act(session: Session, actor: Actor, reason: str | None) -> None:
        delete_contact(session, contact_id, on=today(), actor=actor, reason=reason)

    return _state(
        contact_id,
        act,
        title=gettext("Delete this contact"),
        effect=ngettext(
            "It is gone for everybody at once, and for good after %(num)s day. Until then it can"
            " be restored.",
            "It is gone for everybody at once, and for good after %(num)s days. Until then it can"
            " be restored.",
            DAYS_UNTIL_GONE,
        ),
        button=gettext("Delete"),
        told=gettext("The contact is deleted."),
        can_undo=True,
    )


@staff.get("/contacts/<int:contact_id>/restore")
@allow(Permission.REMOVE_RECORDS)
def ask_to_restore(contact_id: int) -> ResponseReturnValue:
    """What bringing a contact back does."""
    found = person(db.session(), contact_id)
    form = ReasonForm()
    form.prepare()
    return page(
        form,
        "staff/contact/state.html",
        found,
        title=gettext("Restore this contact"),
        effect=gettext("It is as it was, with all that it did and does."),
        button=gettext("Restore"),
        url=f"/staff/contacts/{contact_id}/restore",
        is_dangerous=False,
        places=[],
    )


@staff.post("/contacts/<int:contact_id>/restore")
@allow(Permission.REMOVE_RECORDS)
def restore_one_contact(contact_id: int) -> ResponseReturnValue:
    """Bring a contact back; sent twice it changes nothing the second time."""

    def work(session: Session, actor: Actor) -> None:
        restore_contact(session, contact_id, actor=actor)
        say(gettext("The contact is back."))

    return at_once(work, f"/staff/contacts/{contact_id}")


def _state(
    contact_id: int,
    act: Act,
    *,
    title: str,
    effect: str,
    button: str,
    told: str,
    can_undo: bool,
) -> ResponseReturnValue:
    found = person(db.session(), contact_id)
    form = ReasonForm()
    form.prepare()
    base = f"/staff/contacts/{contact_id}"

    def work(session: Session, actor: Actor) -> str:
        act(session, actor, form.reason.data or None)
        say(told, undo=f"{base}/restore" if can_undo else "")
        return base

    return submit(form, work) or page(
        form,
        "staff/contact/state.html",
        found,
        title=title,
        effect=effect,
        button=button,
        url="",
        is_dangerous=True,
        places=[isolate(name) for name in workplaces(found, today()).values()],
    )
