"""Who works for an organisation, as its page shows them, cut down to what the visitor may see."""

from dataclasses import dataclass
from datetime import date

from flask import url_for

from alliance.accounts.permissions import Permission
from alliance.directory.queries.record_page import Person, RecordPage
from alliance.directory.rules.affiliations import has_ended, is_reachable
from alliance.directory.rules.records import AffiliationRecord
from alliance.directory.rules.reference import label_of
from alliance.web.guards import may
from alliance.web.languages import gettext, language
from alliance.web.public.context import directory_state
from alliance.web.public.wording import short_day


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody in a role. addresses: (e-mail, whether it bounces); state: (word, tone) or None.

    Addresses, phones and state are empty for those who may not see them.
    """

    name: str
    language: str | None
    other_name: str
    url: str
    initials: str
    role: str
    job_title: str
    days: str
    is_over: bool
    addresses: tuple[tuple[str, bool], ...]
    phones: tuple[str, ...]
    state: tuple[str, str] | None


def workers(page: RecordPage, today: date) -> list[Worker]:
    """All who work, worked or will work there; those of today first."""
    sees_details = may(Permission.SEE_CONTACT_DETAILS)
    return [_worker(one, today, sees_details=sees_details) for one in page.people]


def _worker(one: Person, today: date, *, sees_details: bool) -> Worker:
    affiliation, contact = one.affiliation, one.contact
    roles = directory_state().reference.roles
    role = roles.get(affiliation.role)
    is_over = has_ended(affiliation, on=today)
    addresses: tuple[tuple[str, bool], ...] = ()
    state = None
    if sees_details:
        addresses = tuple((each.email, each.state == "bouncing") for each in contact.addresses)
        if not is_over:
            state = _state(one)
    return Worker(
        name=contact.name,
        language=contact.language,
        other_name=contact.latin_name or "",
        url=f"/staff/contacts/{contact.id}",
        initials="".join(word[0] for word in contact.name.split()[:1]).upper(),
        role=label_of(role.names, language()) if role else affiliation.role,
        job_title=affiliation.job_title or "",
        days=_days(affiliation),
        is_over=is_over,
        addresses=addresses,
        phones=contact.phones if sees_details else (),
        state=state,
    )


def _state(one: Person) -> tuple[str, str]:
    if one.contact.delete_on is not None:
        return gettext("Deleted"), "late"
    if one.contact.archived_on is not None:
        return gettext("Archived"), "due"
    if is_reachable(one.contact):
        return gettext("Reachable"), "ok"
    if one.contact.addresses:
        return gettext("E-mail bounces"), "late"
    return gettext("No address"), "due"


def _days(one: AffiliationRecord) -> str:
    code = language()
    first = short_day(one.started_on, code) if one.started_on else ""
    last = short_day(one.ended_on, code) if one.ended_on else ""
    if first and last:
        return gettext("%(first)s to %(last)s", first=first, last=last)
    if last:
        return gettext("until %(last)s", last=last)
    return gettext("since %(first)s", first=first) if first else ""


def add_contact_url(organisation_id: int | None) -> str:
    """Where somebody is added who works there; "" for those who may not."""
    if not may(Permission.EDIT_CONTACTS):
        return ""
    return url_for("staff.add_person_to_organisation", organisation_id=organisation_id)
