"""Who is known already and may be the person that is being typed; pickers of people and places."""

from collections.abc import Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue

from alliance.accounts.permissions import Permission, allow
from alliance.core.db import db
from alliance.directory.queries.people_finding import (
    number_in,
    organisations_like,
    people_like,
)
from alliance.imports.queries.look_alikes import ContactAlike, contacts_alike
from alliance.web.guards import may
from alliance.web.languages import gettext, language
from alliance.web.numbers import whole_number
from alliance.web.public.context import directory_state, labels, today
from alliance.web.staff import staff

_LONGEST_TYPED = 200


@staff.post("/contacts/duplicates")
@allow(Permission.EDIT_CONTACTS)
def contact_duplicates() -> ResponseReturnValue:
    """Contacts that may be the one being typed, as a part of a page; posted, with an address."""
    typed = request.form
    email = typed.get("email") or typed.get("addresses-0-email") or ""
    organisation = typed.get("organisation") or request.args.get("organisation", "")
    found = contacts_alike(
        db.session(),
        name=typed.get("name", "")[:_LONGEST_TYPED],
        email=email[:_LONGEST_TYPED] if may(Permission.SEE_CONTACT_DETAILS) else "",
        organisation_id=number_in(organisation[:_LONGEST_TYPED]) or whole_number(organisation),
        today=today(),
    )
    return render_template("staff/contact/duplicates.html", matches=match_rows(found))


@staff.get("/pick/organisations")
@allow(Permission.ENTER_WORKSPACE)
def pick_organisation() -> ResponseReturnValue:
    """Organisations that are called as typed, for a picker."""
    state, code = directory_state(), language()
    known = labels(state, code)
    found = organisations_like(db.session(), request.args.get("q", "")[:_LONGEST_TYPED])
    options = [
        (
            one.id,
            one.name,
            one.language,
            known.countries.get(one.country or "", ""),
            known.categories[one.category][2] if one.category in known.categories else "circle",
            one.name[:1].upper(),
        )
        for one in found
    ]
    return render_template("staff/contact/options.html", options=options)


@staff.get("/pick/people")
@allow(Permission.ENTER_WORKSPACE)
def pick_person() -> ResponseReturnValue:
    """Contacts who are called as typed, for a picker."""
    found = people_like(db.session(), request.args.get("q", "")[:_LONGEST_TYPED], today=today())
    options = [(one.id, one.name, one.language, one.works_for or "", "", "") for one in found]
    return render_template("staff/contact/options.html", options=options)


def reasons_of(one: ContactAlike) -> list[str]:
    """Why somebody may be meant, in the reader's language."""
    if not one.is_likely:
        return [one.works_for or gettext("no organisation")]
    return [
        *([gettext("same e-mail address")] if one.has_same_address else ()),
        *([gettext("similar name at the same organisation")] if one.has_similar_name else ()),
    ]


def match_rows(
    found: Sequence[ContactAlike],
) -> list[tuple[str, None, str, list[str], str, str]]:
    """As components/duplicates.html shows them."""
    likely, maybe = gettext("Likely the same"), gettext("Perhaps the same")
    return [
        (
            one.name,
            None,
            f"/staff/contacts/{one.id}",
            reasons_of(one),
            likely if one.is_likely else maybe,
            "late" if one.is_likely else "due",
        )
        for one in found
    ]
