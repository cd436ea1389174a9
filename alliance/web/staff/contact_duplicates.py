"""Who is known already and may be the person that is being typed; pickers of people and places."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from alliance.accounts.permissions import Permission, allow
from alliance.core.db import db
from alliance.core.text import BadText, normalise_email
from alliance.directory.queries.people import having_address, people_at
from alliance.directory.queries.people_finding import (
    number_in,
    organisations_like,
    people_like,
)
from alliance.imports.matching.names import person_words
from alliance.imports.matching.people import name_similarity
from alliance.web.guards import may
from alliance.web.languages import gettext, language
from alliance.web.public.context import directory_state, labels, today
from alliance.web.staff import staff

# From here on two names at one organisation are probably one person's.
_ALIKE = 0.8
_LONGEST_TYPED = 200
_MOST = 8


@dataclass(frozen=True, slots=True)
class Alike:
    """A contact who may be meant, and why. is_likely: more than a name that begins alike."""

    id: int
    name: str
    reasons: tuple[str, ...]
    is_likely: bool


@staff.post("/contacts/duplicates")
@allow(Permission.EDIT_CONTACTS)
def contact_duplicates() -> ResponseReturnValue:
    """Contacts that may be the one being typed, as a part of a page; posted, with an address."""
    typed = request.form
    email = typed.get("email") or typed.get("addresses-0-email") or ""
    organisation = typed.get("organisation") or request.args.get("organisation", "")
    found = people_alike(
        db.session(),
        name=typed.get("name", "")[:_LONGEST_TYPED],
        email=email[:_LONGEST_TYPED] if may(Permission.SEE_CONTACT_DETAILS) else "",
        organisation_id=number_in(organisation[:_LONGEST_TYPED]) or _number(organisation),
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


def people_alike(
    session: Session,
    *,
    name: str,
    email: str,
    organisation_id: int | None,
    today: date,
    with_beginnings: bool = False,
) -> list[Alike]:
    """Contacts with the same address, or a similar name at the same organisation.

    with_beginnings: also those anywhere whose name begins as typed. At most eight, the likeliest
    first; empty texts find nobody.
    """
    found: dict[int, tuple[str, list[str], bool]] = {}
    for shared in having_address(session, _address(email)) if email.strip() else ():
        found[shared.contact_id] = (shared.name, [gettext("same e-mail address")], True)
    words = person_words(name) if name.strip() else ()
    if words and organisation_id is not None:
        for one in people_at(session, organisation_id, today):
            spelt = [person_words(each) for each in (one.name, one.latin_name) if each]
            if max(name_similarity(words, each) for each in spelt) < _ALIKE:
                continue
            _, reasons, _ = found.setdefault(one.contact_id, (one.name, [], True))
            reason = gettext("similar name at the same organisation")
            if reason not in reasons:
                reasons.append(reason)
    if with_beginnings and name.strip():
        for other in people_like(session, name, today=today):
            told = other.works_for or gettext("no organisation")
            found.setdefault(other.id, (other.name, [told], False))
    made = [Alike(id, name, tuple(why), likely) for id, (name, why, likely) in found.items()]
    return sorted(made, key=lambda one: (not one.is_likely, one.name, one.id))[:_MOST]


def match_rows(
    found: Sequence[Alike],
) -> list[tuple[str, None, str, tuple[str, ...], str, str]]:
    """As components/duplicates.html shows them."""
    likely, maybe = gettext("Likely the same"), gettext("Perhaps the same")
    return [
        (
            one.name,
            None,
            f"/staff/contacts/{one.id}",
            one.reasons,
            likely if one.is_likely else maybe,
            "late" if one.is_likely else "due",
        )
        for one in found
    ]


def _address(typed: str) -> list[str]:
    try:
        return [normalise_email(typed)]
    except BadText:
        return []


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else None
