"""What the pages about affiliations share: whom they are about, what is chosen, what is told."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from alliance.core.db import db
from alliance.core.errors import BadInput, NotFound, Refused
from alliance.directory.queries.people import Person, people_at, person, vacancies_at
from alliance.directory.queries.people_finding import FoundOrganisation, organisations_like
from alliance.directory.queries.records import affiliations_of
from alliance.directory.rules.affiliations import has_ended
from alliance.directory.rules.records import AffiliationRecord
from alliance.web.languages import gettext, language
from alliance.web.public.context import directory_state, today
from alliance.web.public.wording import day_text
from alliance.web.staff.contact.affiliation_forms import AffiliateForm, RoleForm
from alliance.web.staff.contact.forms import PeopleForm
from alliance.web.staff.contact.view import gap_text, holders_offer
from alliance.web.staff.frame import say


def editable(contact_id: int) -> Person:
    """A person who may be changed. Raises NotFound, and Refused for one who was deleted."""
    found = person(db.session(), contact_id)
    if found.contact.delete_on is not None:
        raise Refused(gettext("This contact was deleted; restore it before you change it."))
    return found


def affiliation_page(affiliation_id: int) -> tuple[AffiliationRecord, Person]:
    """An affiliation and whose it is. Raises NotFound."""
    works = affiliations_of(db.session(), [affiliation_id]).get(affiliation_id)
    if works is None:
        raise NotFound(f"There is no affiliation {affiliation_id}.")
    return works, editable(works.contact_id)


def workplaces(found: Person, on: date) -> dict[str, str]:
    """Where a person works or will work, as choices: organisation's id as text -> name."""
    return {
        str(one.affiliation.organisation_id): one.name
        for one in found.workplaces
        if not has_ended(one.affiliation, on=on)
    }


def left_place(key: str | None, places: Mapping[str, str], field: str) -> str:
    """The organisation that is left, one of `workplaces`. Raises BadInput."""
    if key is None or key not in places:
        raise BadInput(gettext("Choose an organisation for which this person works."), field=field)
    return key


def place_name(found: Person, affiliation_id: int) -> str:
    """The name of the organisation of one affiliation."""
    names = [one.name for one in found.workplaces if one.affiliation.id == affiliation_id]
    return names[0] if names else ""


def isolate(name: str) -> str:
    """A name that may run in either direction, set apart from the words around it."""
    return f"\u2068{name}\u2069"


def told_day(day: date) -> str:
    """A day in words."""
    return day_text(day, language())


def chosen(session: Session, form: AffiliateForm) -> FoundOrganisation:
    """The organisation that a form names. Raises BadInput when it is none, or may be several."""
    typed = str(form.organisation.data or "")
    if not typed.strip():
        raise BadInput(gettext("Name an organisation."), field="organisation")
    found = organisations_like(session, typed)
    exact = [one for one in found if one.name.casefold() == typed.strip().casefold()]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    if not found:
        raise BadInput(
            gettext("No organisation is called so; check the name, or give its number."),
            field="organisation",
        )
    form.organisation_offers = [f"{one.name} #{one.id}" for one in found]
    offered = gettext(", ").join(isolate(one) for one in form.organisation_offers)
    raise BadInput(
        gettext("Several may be meant: %(offered)s. Give one of them.", offered=offered),
        field="organisation",
    )


def offer_hand_over(form: RoleForm, organisation_id: int | None) -> None:
    """Offer that one of those who hold a role that is full hands it over."""
    if form.full is None or organisation_id is None:
        return
    people = people_at(db.session(), organisation_id, today())
    form.hand_over.choices = holders_offer(people, form.full.holders, form.full.role)


def tell_of_gaps(
    session: Session, told: str, places: Mapping[int, str], on: date, undo: str
) -> None:
    """Say what was done, and loudly which of these organisations nobody is reached in by it."""
    roles = directory_state().reference.roles
    gaps = [
        gettext("%(organisation)s: %(gap)s", organisation=isolate(name), gap=gap_text(one))
        for id, name in places.items()
        for one in vacancies_at(session, id, roles, max(on, today()))
    ]
    say(" ".join([told, *gaps]), undo=undo, late=bool(gaps))


def page(form: PeopleForm, template: str, found: Person, **values: Any) -> ResponseReturnValue:
    """The page of a form about a person; 422 when something in it cannot be used."""
    body = render_template(
        template,
        form=form,
        contact=found.contact,
        base=f"/staff/contacts/{found.contact.id}",
        **values,
    )
    return body, 422 if form.has_errors else 200
