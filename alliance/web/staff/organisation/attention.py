"""What needs attention about an organisation, each with its next step."""

from datetime import date
from typing import NamedTuple

from flask import url_for

from alliance.accounts.permissions import Permission
from alliance.directory.queries.record_page import RecordPage
from alliance.directory.rules.affiliations import is_reachable, vacancies
from alliance.directory.rules.memberships import is_member
from alliance.web.guards import may
from alliance.web.languages import gettext, language
from alliance.web.public.context import directory_state
from alliance.web.public.wording import day_text
from alliance.web.staff.contact.view import vacancy_concerns


class Item(NamedTuple):
    """Something to be done: the words of a pill, its tone, a sentence, the step and its address."""

    label: str
    tone: str
    text: str
    action: str
    url: str


def attention_of(page: RecordPage, today: date) -> list[Item]:
    """What the record itself tells; look-alikes and duplicates are looked for apart from it."""
    record = page.record
    found = []
    if record.delete_on is not None:
        found.append(
            Item(
                gettext("Deleted"),
                "late",
                gettext(
                    "Gone for good on %(day)s, with everything that hangs on it.",
                    day=day_text(record.delete_on, language()),
                ),
                gettext("Restore it") if may(Permission.REMOVE_RECORDS) else "",
                url_for("staff.restore_organisation", organisation_id=record.id),
            )
        )
    if is_member(record.memberships, today, dissolved_on=record.dissolved_on):
        found += _missing_people(page, today)
        if not record.is_listed:
            found.append(
                Item(
                    gettext("Not listed"),
                    "due",
                    gettext("It is a member, and the public does not see it."),
                    "",
                    "",
                )
            )
    return found


def _missing_people(page: RecordPage, today: date) -> list[Item]:
    """Roles that nobody has or, for those who may see addresses, in which nobody is reached."""
    sees_details = may(Permission.SEE_CONTACT_DETAILS)
    # Who was put away holds no place and is reached by nobody.
    there = [
        one
        for one in page.people
        if one.contact.archived_on is None and one.contact.delete_on is None
    ]
    known = {one.contact.id: one.contact for one in there if one.contact.id is not None}
    found = vacancies(
        [one.affiliation for one in there],
        [id for id, contact in known.items() if not sees_details or is_reachable(contact)],
        directory_state().reference.roles,
        category=page.record.category,
        today=today,
        addressed=[id for id, contact in known.items() if contact.addresses],
    )
    return [Item(*one) for one in vacancy_concerns(found, page.record.id or 0)]
