"""A person in words: what the record of a contact shows to whoever looks at it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from alliance.accounts.permissions import Permission
from alliance.accounts.rules.visible import hidden_fields
from alliance.directory.queries.happenings import Happening
from alliance.directory.queries.people import Person, PersonAt, SharedAddress, Workplace
from alliance.directory.rules.affiliations import Gap, Vacancy, has_ended, is_active
from alliance.directory.rules.records import (
    Address,
    AddressState,
    AffiliationRecord,
    ContactRecord,
)
from alliance.directory.rules.reference import label_of
from alliance.web.guards import may, present_permissions
from alliance.web.languages import gettext, language
from alliance.web.public.context import directory_state
from alliance.web.public.wording import short_day
from alliance.web.staff.contact.forms import address_state
from alliance.web.staff.frame import initials
from alliance.web.staff.labels import field_label
from alliance.web.staff.values import language_name

_PILLS = {
    AddressState.UNVERIFIED: ("", "clock"),
    AddressState.VERIFIED: ("ok", "circle-check"),
    AddressState.BOUNCING: ("late", "triangle-alert"),
}
FACTS = ("latin_name", "sort_name", "language", "time_zone")
_P = Permission


@dataclass(frozen=True, slots=True)
class Line:
    """One role of a person as its page shows it. state: present, coming or past."""

    affiliation_id: int
    organisation_id: int
    organisation: str
    language: str | None
    shape: str
    role: str
    role_code: str
    job_title: str
    when: str
    state: str


def initials_of(contact: ContactRecord) -> str:
    """One or two letters for the round sign of a person."""
    return initials(contact.latin_name or contact.name)


def role_label(code: str) -> str:
    """What a role is called."""
    known = directory_state().reference.roles.get(code)
    return label_of(known.names, language()) if known else code


def lines(workplaces: Iterable[Workplace], today: date) -> dict[str, list[Line]]:
    """Where a person works, by state: present, coming, past."""
    found: dict[str, list[Line]] = {"present": [], "coming": [], "past": []}
    for one in workplaces:
        line = _line(one, today)
        found[line.state].append(line)
    return found


def span_text(since: date | None, until: date | None) -> str:
    """From when until when, in words; `until` is the first day without."""
    code = language()
    first = short_day(since, code) if since else ""
    last = short_day(until, code) if until else ""
    if first and last:
        return gettext("%(first)s – %(last)s", first=first, last=last)
    if first:
        return gettext("since %(first)s", first=first)
    return gettext("until %(last)s", last=last) if last else gettext("start not known")


def address_pills(addresses: Iterable[Address]) -> list[tuple[str, str, str, str]]:
    """Addresses in their order: (address, state in words, tone of the pill, icon)."""
    return [(one.email, address_state(one.state), *_PILLS[one.state]) for one in addresses]


def facts_of(contact: ContactRecord) -> list[tuple[str, str, str, str, str, str]]:
    """The facts card: (key, label, value, edit address, audience, address of the history)."""
    base = f"/staff/contacts/{contact.id}"
    can_edit = may(_P.EDIT_CONTACTS) and contact.delete_on is None
    values = {
        "latin_name": contact.latin_name or "",
        "sort_name": contact.sort_name or "",
        "language": language_name(contact.language) if contact.language else "",
        "time_zone": contact.time_zone or "",
    }
    return [
        (
            field,
            field_label("contact", field),
            values[field],
            f"{base}/edit/{field}" if can_edit else "",
            "staff",
            f"{base}/history/{field}",
        )
        for field in FACTS
    ]


def cut(contact: ContactRecord) -> ContactRecord:
    """The contact without what the visitor may not see."""
    hidden = hidden_fields("contact", present_permissions())
    return replace(
        contact,
        addresses=() if "addresses" in hidden else contact.addresses,
        phones=() if "phones" in hidden else contact.phones,
        notes=None if "notes" in hidden else contact.notes,
    )


Concern = tuple[str, str, str, str, str]


def concerns(person: Person, today: date, *, shared: Collection[SharedAddress]) -> list[Concern]:
    """What needs attention about a person, for components/attention.html."""
    base = f"/staff/contacts/{person.contact.id}"
    can_edit = may(_P.EDIT_CONTACTS)
    edit = f"{base}/edit/addresses" if can_edit and may(_P.SEE_CONTACT_DETAILS) else ""
    found = _reach_concerns(person.contact, edit)
    if all(has_ended(one.affiliation, on=today) for one in person.workplaces):
        text = gettext("This person works for no organisation at present.")
        action = gettext("Give a role") if can_edit else ""
        url = f"{base}/affiliate" if can_edit else ""
        found.append((gettext("No organisation"), "due", text, action, url))
    if shared:
        names = gettext(", ").join(f"\u2068{one.name}\u2069" for one in shared)
        text = gettext("Also used by: %(names)s. Several people may share one.", names=names)
        found.append((gettext("Shared address"), "", text, "", ""))
    return found


def _reach_concerns(contact: ContactRecord, edit: str) -> list[Concern]:
    """Why no letter reaches a person, if so. edit: where addresses are changed, or ""."""
    states = [one.state for one in contact.addresses]
    if not states:
        text = gettext("No letter reaches this person.")
        action = gettext("Add an address") if edit else ""
        return [(gettext("No address"), "late", text, action, edit)]
    if all(one is AddressState.BOUNCING for one in states):
        text = gettext("Every address of this person bounces.")
        action = gettext("Mend the address") if edit else ""
        return [(gettext("Bouncing"), "late", text, action, edit)]
    return []


def named(happened: Iterable[Happening], found: Person) -> list[Happening]:
    """What happened, with affiliations called by their role and organisation."""
    names = {
        one.affiliation.id: gettext(
            "%(role)s, %(organisation)s",
            role=role_label(one.affiliation.role),
            organisation=one.name,
        )
        for one in found.workplaces
    }
    return [
        replace(one, subject_name=names[one.subject_id])
        if one.subject_kind == "affiliation" and one.subject_id in names
        else one
        for one in happened
    ]


def gap_text(vacancy: Vacancy) -> str:
    """Why a role reaches nobody, as the evidence says it."""
    role = role_label(vacancy.role)
    return {
        Gap.NOBODY: gettext("Nobody holds the role “%(role)s”.", role=role),
        Gap.NO_ADDRESS: gettext("Whoever is “%(role)s” has no e-mail address.", role=role),
        Gap.BOUNCING: gettext("Every address of whoever is “%(role)s” bounces.", role=role),
        Gap.TOO_FEW: gettext(
            "%(number)s of %(needed)s needed people are reached as “%(role)s”.",
            number=vacancy.reachable,
            needed=vacancy.minimum,
            role=role,
        ),
    }[vacancy.gap]


def vacancy_concerns(
    vacancies: Iterable[Vacancy], organisation_id: int
) -> list[tuple[str, str, str, str, str]]:
    """Roles that reach nobody, for components/attention.html on an organisation's record."""
    can_edit = may(_P.EDIT_CONTACTS)
    return [
        (
            gettext("No reachable contact"),
            "late",
            gap_text(one),
            gettext("Add a person") if can_edit else "",
            f"/staff/organisations/{organisation_id}/people/add?role={one.role}"
            if can_edit
            else "",
        )
        for one in vacancies
    ]


def holders_offer(
    people: Sequence[PersonAt], holders: Collection[int], role: str
) -> list[tuple[str, str]]:
    """Who could hand a role over: (contact's id as text, words)."""
    return [
        (
            str(one.contact_id),
            gettext("%(name)s hands it over, %(when)s", name=f"\u2068{one.name}\u2069",
                    when=span_text(one.since, one.until)),
        )
        for one in people
        if one.contact_id in holders and one.role == role
    ]  # fmt: skip


def _when(works: AffiliationRecord, state: str) -> str:
    if state == "coming" and works.started_on and works.ended_on is None:
        return gettext("from %(first)s", first=short_day(works.started_on, language()))
    return span_text(works.started_on, works.ended_on)


def _line(one: Workplace, today: date) -> Line:
    works = one.affiliation
    state = "coming"
    if has_ended(works, on=today):
        state = "past"
    elif is_active(works, on=today):
        state = "present"
    category = directory_state().reference.categories.get(one.category)
    assert works.id is not None
    return Line(
        affiliation_id=works.id,
        organisation_id=works.organisation_id,
        organisation=one.name,
        language=one.language,
        shape=category.shape if category else "circle",
        role=role_label(works.role),
        role_code=works.role,
        job_title=works.job_title or "",
        when=_when(works, state),
        state=state,
    )
