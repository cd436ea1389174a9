"""What stands around every part of an organisation's record: head, tabs and menu."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from alliance.accounts.permissions import Permission
from alliance.core.db import db
from alliance.directory.queries.record_page import Named, RecordPage, record_page
from alliance.directory.rules.affiliations import has_ended
from alliance.directory.rules.records import NameKind, OrganisationRecord
from alliance.directory.rules.versions import version_of
from alliance.web.guards import may
from alliance.web.languages import gettext, language
from alliance.web.public.context import directory_state, labels, today
from alliance.web.public.logos import logo_address
from alliance.web.staff.organisation.standing import State, states
from alliance.web.staff.sentences import isolated

# Above all ids that PostgreSQL can hold nothing is asked for.
AT = "/organisations/<int(max=9223372036854775807):organisation_id>"
_ALSO_CALLED = (NameKind.LATIN, NameKind.TRANSLATION, NameKind.ACRONYM, NameKind.SHORT)


@dataclass(frozen=True, slots=True)
class Head:
    """What the top of each part shows.

    category: (word, shape); other_names: (text, language); tabs, items and dangers as the
    components `tabs` and `record_menu` take them.
    """

    record: OrganisationRecord
    version: str
    category: tuple[str, str]
    country: str
    other_names: list[tuple[str, str | None]]
    states: list[State]
    logo: str
    tabs: list[tuple[str, str, int | None, bool]]
    items: list[tuple[str, str, str]]
    dangers: list[tuple[str, str, str]]
    can_edit: bool
    can_restore: bool
    public_url: str
    merged_into: Named | None

    @property
    def called(self) -> str:
        """The name set apart, for sentences that run in another direction."""
        return isolated(self.record.name)


def load(organisation_id: int) -> RecordPage:
    """The organisation with all around it. Raises NotFound."""
    return record_page(db.session(), organisation_id)


def head_of(page: RecordPage, tab: str) -> Head:
    """The head of the part `tab` of a record."""
    record = page.record
    known = labels(directory_state(), language())
    name, _, shape = known.categories.get(record.category, (record.category, "", "square"))
    is_deleted = record.delete_on is not None
    return Head(
        record=record,
        version=version_of(record),
        category=(name, shape),
        country=known.countries.get(record.country or "", record.country or ""),
        other_names=[(one.text, one.language) for one in record.names if one.kind in _ALSO_CALLED][
            :3
        ],
        states=states(record, today()),
        logo=logo_address(record.logo),
        tabs=_tabs(page, tab),
        items=_items(page),
        dangers=_dangers(record),
        can_edit=may(Permission.EDIT_ORGANISATIONS) and not is_deleted,
        can_restore=may(Permission.REMOVE_RECORDS)
        and (is_deleted or record.archived_on is not None),
        public_url=url_for("public.member", slug=record.slug) if page.has_public_page else "",
        merged_into=page.merged_into,
    )


def _tabs(page: RecordPage, tab: str) -> list[tuple[str, str, int | None, bool]]:
    own: dict[str, Any] = {"organisation_id": page.record.id}
    working = {one.contact.id for one in page.people if not has_ended(one.affiliation, on=today())}
    return [
        (gettext("Overview"), url_for("staff.organisation", **own), None, tab == "overview"),
        (
            gettext("Contacts"),
            url_for("staff.organisation_contacts", **own),
            len(working),
            tab == "contacts",
        ),
        (
            gettext("Membership"),
            url_for("staff.organisation_membership", **own),
            None,
            tab == "membership",
        ),
        (gettext("History"), url_for("staff.organisation_history", **own), None, tab == "history"),
    ]


def _items(page: RecordPage) -> list[tuple[str, str, str]]:
    own: dict[str, Any] = {"organisation_id": page.record.id}
    found = []
    if may(Permission.EDIT_ORGANISATIONS) and page.record.delete_on is None:
        found = [
            (gettext("Rename"), url_for("staff.rename_organisation", **own), "text-cursor-input"),
            (gettext("Who sees which field"), url_for("staff.visibility", **own), "eye"),
        ]
    if page.has_public_page:
        address = url_for("public.member", slug=page.record.slug)
        found.append((gettext("Public page"), address, "globe"))
    return found


def _dangers(record: OrganisationRecord) -> list[tuple[str, str, str]]:
    if not may(Permission.REMOVE_RECORDS):
        return []
    own: dict[str, Any] = {"organisation_id": record.id}
    if record.delete_on is not None:
        restore = url_for("staff.restore_organisation", **own)
        return [(gettext("Restore"), restore, "archive-restore")]
    found = [(gettext("Delete"), url_for("staff.delete_organisation", **own), "trash-2")]
    if record.archived_on is not None:
        restore = url_for("staff.restore_organisation", **own)
        return [(gettext("Restore"), restore, "archive-restore"), *found]
    return [(gettext("Archive"), url_for("staff.archive_organisation", **own), "archive"), *found]
