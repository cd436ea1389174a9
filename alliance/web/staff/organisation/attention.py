"""What needs attention about an organisation, each with its next step."""

from datetime import date
from typing import NamedTuple

from flask import url_for

from alliance.accounts.permissions import Permission
from alliance.directory.queries.record_page import RecordPage
from alliance.directory.rules.affiliations import is_reachable, vacancies
from alliance.directory.rules.memberships import is_member
from alliance.directory.rules.reference import label_of
from alliance.web.guards import may
from alliance.web.languages import gettext, language
from alliance.web.public.context import directory_state
from alliance.web.public.wording import day_text


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
    reached = {
        one.contact.id
        for one in page.people
        if one.contact.id is not None
        and one.contact.delete_on is None
        and (not sees_details or is_reachable(one.contact))
    }
    roles = directory_state().reference.roles
    found = []
    for vacancy in vacancies(
        [one.affiliation for one in page.people],
        reached,
        roles,
        category=page.record.category,
        today=today,
    ):
        role = label_of(roles[vacancy.role].names, language())
        text = (
            gettext("Nobody is “%(role)s”, so no letter reaches this member.", role=role)
            if vacancy.holders < vacancy.minimum
            else gettext("Whoever is “%(role)s” cannot be reached: no address, or it bounces.",
                         role=role)
        )  # fmt: skip
        found.append(
            Item(
                gettext("Nobody reachable"),
                "late",
                text,
                gettext("See the contacts"),
                url_for("staff.organisation_contacts", organisation_id=page.record.id),
            )
        )
    return found
