"""How an organisation stands with the alliance, in words: member, former, archived, deleted."""

from dataclasses import dataclass
from datetime import date

from alliance.directory.queries.record_page import RecordPage
from alliance.directory.rules.memberships import is_member
from alliance.directory.rules.records import Membership, OrganisationRecord
from alliance.web.languages import gettext, language
from alliance.web.public.wording import day_text, member_since, short_day, short_since

# (word, tone, icon) of a pill
State = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of membership in words; percent: how much of it has passed, None when open."""

    first: str
    last: str
    reason: str
    is_running: bool
    percent: int | None


def states(record: OrganisationRecord, today: date) -> list[State]:
    """What a reader must know first: pills for the head of the page."""
    code = language()
    found: list[State] = []
    if record.delete_on is not None:
        day = day_text(record.delete_on, code)
        found.append((gettext("Deleted, gone for good on %(day)s", day=day), "late", "trash-2"))
    if record.archived_on is not None:
        found.append((gettext("Archived"), "", "archive"))
    if record.merged_into_id is not None:
        found.append((gettext("Merged"), "", "merge"))
    if record.dissolved_on is not None:
        day = day_text(record.dissolved_on, code)
        found.append((gettext("Dissolved on %(day)s", day=day), "", "history"))
    found.append(membership_state(record, today))
    return found


def membership_state(record: OrganisationRecord, today: date) -> State:
    """Whether it is a member, and since when."""
    code = language()
    running = running_membership(record, today)
    if running is not None:
        since = member_since(running.joined_on, running.precision.value, running.is_at_latest, code)
        return since, "ok", "check"
    past = [one.ended_on for one in record.memberships if one.ended_on and one.ended_on <= today]
    if record.memberships and record.dissolved_on is not None and record.dissolved_on <= today:
        past.append(record.dissolved_on)
    if past:
        return gettext("Former member, until %(day)s", day=day_text(max(past), code)), "", "history"
    if record.memberships:
        day = day_text(record.memberships[0].joined_on, code)
        return gettext("Member from %(day)s on", day=day), "brand", "calendar"
    return gettext("No member"), "", "circle-question-mark"


def running_membership(record: OrganisationRecord, today: date) -> Membership | None:
    """The stretch that covers today, if any."""
    for one in record.memberships:
        if is_member([one], today, dissolved_on=record.dissolved_on):
            return one
    return None


def stretches(record: OrganisationRecord, today: date) -> list[Stretch]:
    """All stretches of membership, the newest first."""
    code = language()
    running = running_membership(record, today)
    found = []
    for one in sorted(record.memberships, key=lambda each: each.joined_on, reverse=True):
        first = short_since(one.joined_on, one.precision.value, one.is_at_latest, code)
        last = short_day(one.ended_on, code) if one.ended_on else ""
        percent = None
        if one.ended_on is not None:
            whole = (one.ended_on - one.joined_on).days
            percent = max(0, min(100, round(100 * (today - one.joined_on).days / whole)))
        found.append(Stretch(first, last, one.end_reason or "", one is running, percent))
    return found


def listing_words(page: RecordPage, today: date) -> str:
    """Whether the public finds it, or why not."""
    record = page.record
    reasons = (
        (record.delete_on is not None, gettext("No, because it was deleted.")),
        (record.archived_on is not None, gettext("No, because it was archived.")),
        (
            record.merged_into_id is not None and record.dissolved_on is None,
            gettext("No, because it was merged into another."),
        ),
        (not record.is_listed, gettext("No, because it was taken out of the directory.")),
        (not record.memberships, gettext("No, because it was never a member.")),
        (not page.has_public_page, gettext("No, because it has no day of membership.")),
    )
    for holds, words in reasons:
        if holds:
            return words
    if running_membership(record, today) is None:
        return gettext("Only by its address, because it is no member now.")
    return gettext("Yes, with a page of its own.")
