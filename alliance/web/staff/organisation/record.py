"""The record page of an organisation and its parts, each with its own address."""

from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from alliance.accounts.permissions import Permission, allow
from alliance.accounts.queries.recent import opened
from alliance.core import clock
from alliance.core.db import db
from alliance.directory.queries.happenings import Happening, happenings
from alliance.directory.queries.record_page import RecordPage
from alliance.web.guards import may, present_permissions, signed_in
from alliance.web.languages import gettext, language
from alliance.web.public.context import today
from alliance.web.public.wording import short_day
from alliance.web.staff import staff
from alliance.web.staff.activity import ActivityItem, activity_of
from alliance.web.staff.organisation.attention import attention_of
from alliance.web.staff.organisation.facts import facts_of, shown_texts
from alliance.web.staff.organisation.page import AT, head_of, load
from alliance.web.staff.organisation.people import add_contact_url, workers
from alliance.web.staff.organisation.standing import listing_words, stretches
from alliance.web.staff.values import moment

_SHOWN, _MOST_SHOWN, _IN_HISTORY = 12, 1000, 50
# What the activity can be narrowed down to, by the kind of what happened.
_TYPES = {
    "details": ("organisation",),
    "people": ("affiliation",),
    "notes": ("note",),
}


@staff.get(AT)
@allow(Permission.ENTER_WORKSPACE)
def organisation(organisation_id: int) -> str:
    """One organisation: what happened, its facts, its people, and what needs attention."""
    page = _opened(organisation_id)
    happened, has_more = _happened(organisation_id, _asked_for(_SHOWN))
    return render_template(
        "staff/organisation/overview.html",
        head=head_of(page, "overview"),
        page=page,
        facts=facts_of(page.record),
        summary=_summary(page, happened),
        workers=[one for one in workers(page, today()) if not one.is_over],
        add_contact_url=add_contact_url(page.record.id),
        attention=attention_of(page, today()),
        stretches=stretches(page.record, today()),
        **_activity(happened, has_more, "staff.organisation", organisation_id),
    )


@staff.get(f"{AT}/contacts")
@allow(Permission.ENTER_WORKSPACE)
def organisation_contacts(organisation_id: int) -> str:
    """Who works, worked and will work for it."""
    page = _opened(organisation_id)
    people = workers(page, today())
    return render_template(
        "staff/organisation/contacts.html",
        head=head_of(page, "contacts"),
        workers=[one for one in people if not one.is_over],
        former=[one for one in people if one.is_over],
        attention=attention_of(page, today()),
        add_contact_url=add_contact_url(page.record.id),
    )


@staff.get(f"{AT}/membership")
@allow(Permission.ENTER_WORKSPACE)
def organisation_membership(organisation_id: int) -> str:
    """When it was a member, what it stands under, and whether the public sees it."""
    page = _opened(organisation_id)
    record = page.record
    running = any(one.ended_on is None for one in record.memberships)
    has_ended = record.dissolved_on is not None or record.merged_into_id is not None
    return render_template(
        "staff/organisation/membership.html",
        head=head_of(page, "membership"),
        page=page,
        stretches=stretches(record, today()),
        listed=listing_words(page, today()),
        can_open=not running and not has_ended,
        can_end=running,
        can_dissolve=not has_ended,
    )


@staff.get(f"{AT}/history")
@allow(Permission.ENTER_WORKSPACE)
def organisation_history(organisation_id: int) -> ResponseReturnValue:
    """All that happened to it and to who works for it."""
    page = _opened(organisation_id)
    happened, has_more = _happened(organisation_id, _asked_for(_IN_HISTORY))
    return render_template(
        "staff/organisation/history.html",
        head=head_of(page, "history"),
        **_activity(happened, has_more, "staff.organisation_history", organisation_id),
    )


def _opened(organisation_id: int) -> RecordPage:
    """The record, with a note of who opened it. Raises NotFound."""
    page = load(organisation_id)
    opened(db.session(), signed_in().account_id, "organisation", organisation_id, clock.now())
    return page


def _asked_for(usual: int) -> int:
    """How many entries the address asks for; the usual number for anything that is no number."""
    told = request.args.get("show", "")
    if not (told.isascii() and told.isdigit() and len(told) < 5):
        return usual
    return min(max(int(told), usual), _MOST_SHOWN)


def _happened(organisation_id: int, many: int) -> tuple[list[Happening], bool]:
    sees_notes = may(Permission.SEE_NOTES)
    return happenings(
        db.session(), "organisation", organisation_id, with_notes=sees_notes, limit=many
    )


def _activity(
    happened: list[Happening], has_more: bool, endpoint: str, organisation_id: int
) -> dict[str, object]:
    """The timeline with its filter: what the template `activity.html` takes."""
    kind = request.args.get("type", "")
    wanted = _TYPES.get(kind)
    shown = [one for one in happened if wanted is None or _kind(one) in wanted]
    own: dict[str, Any] = {"organisation_id": organisation_id}
    types = [
        ("", gettext("All types")),
        ("details", gettext("Details")),
        ("people", gettext("People")),
        *([("notes", gettext("Staff notes"))] if may(Permission.SEE_NOTES) else []),
    ]
    more = max(_SHOWN, len(happened)) * 4
    return {
        "items": _items(shown),
        "types": [
            (label, url_for(endpoint, **own, type=code or None), "", code == kind)
            for code, label in types
        ],
        "earlier_url": url_for(endpoint, **own, type=kind or None, show=min(more, _MOST_SHOWN))
        if has_more and len(happened) < _MOST_SHOWN
        else "",
    }


def _kind(one: Happening) -> str:
    return "note" if one.kind == "note" else one.subject_kind


def _items(happened: list[Happening]) -> list[tuple[str, ActivityItem | dict[str, object]]]:
    """Entries and notes in their order, as ("entry", item) and ("note", values)."""
    account = signed_in()
    permissions = present_permissions()
    told = {
        item.entry_id: item
        for item in activity_of([one for one in happened if one.kind == "entry"], permissions)
    }
    found: list[tuple[str, ActivityItem | dict[str, object]]] = []
    for one in happened:
        if one.kind == "entry" and one.id in told:
            found.append(("entry", told[one.id]))
        elif one.kind == "note":
            note: dict[str, object] = {
                "id": one.id,
                "text": one.text,
                "who": one.actor_name,
                "when": moment(one.at),
                "day": one.at.isoformat(),
                "is_own": one.actor_id == account.account_id,
            }
            found.append(("note", note))
    return found


def _summary(page: RecordPage, happened: list[Happening]) -> list[tuple[str, str]]:
    """The facts beside the activity: what one asks first."""
    code = language()
    record = page.record
    own = [one.at for one in happened if one.kind == "entry" and one.subject_kind == "organisation"]
    found = [(gettext("Seen by the public"), listing_words(page, today()))]
    if record.language:
        found.append((gettext("Language"), shown_texts("language", record.language)[0]))
    if own:
        found.append((gettext("Last changed"), _day(max(own), code)))
    return found


def _day(at: datetime, code: str) -> str:
    return short_day(at.date(), code)
