"""Stretches of membership: in order, apart from one another, and joined when records are merged."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import pairwise

from alliance.core.errors import BadInput
from alliance.directory.rules.fields import check_day, tidy_text
from alliance.directory.rules.records import Membership

LONGEST_REASON = 500


def check_memberships(
    memberships: Iterable[Membership], *, dissolved_on: date | None = None
) -> tuple[Membership, ...]:
    """The memberships in order of their first days.

    Raises BadInput when one ends before it begins, two share a day, a reason has no end, or one
    begins when the organisation was dissolved already.
    """
    ordered = sorted((_checked(one) for one in memberships), key=lambda one: one.joined_on)
    for earlier, later in pairwise(ordered):
        if earlier.ended_on is None or earlier.ended_on > later.joined_on:
            until = earlier.ended_on.isoformat() if earlier.ended_on else "today"
            raise _wrong(
                f"it was a member from {earlier.joined_on.isoformat()} until {until} and cannot"
                f" join again on {later.joined_on.isoformat()}; end the first membership before."
            )
    if dissolved_on is not None and ordered and ordered[-1].joined_on >= dissolved_on:
        raise _wrong(
            f"it was dissolved on {dissolved_on.isoformat()} and cannot have joined on"
            f" {ordered[-1].joined_on.isoformat()}; check both days."
        )
    return tuple(ordered)


def _checked(one: Membership) -> Membership:
    for day in (one.joined_on, one.ended_on):
        check_day("memberships", day)
    if one.ended_on is not None and one.ended_on <= one.joined_on:
        raise _wrong(
            f"it cannot end on {one.ended_on.isoformat()} when it begins on"
            f" {one.joined_on.isoformat()}; give a later end."
        )
    reason = tidy_text("memberships", one.end_reason, longest=LONGEST_REASON)
    if reason is not None and one.ended_on is None:
        raise _wrong("a reason for the end needs the day of the end; give it.")
    return replace(one, end_reason=reason) if reason != one.end_reason else one


def is_member(
    memberships: Iterable[Membership], on: date, *, dissolved_on: date | None = None
) -> bool:
    """Whether one of the stretches covers the day `on`, and the organisation still was then."""
    if dissolved_on is not None and dissolved_on <= on:
        return False
    return any(
        one.joined_on <= on and (one.ended_on is None or on < one.ended_on) for one in memberships
    )


def joined(memberships: Iterable[Membership]) -> tuple[Membership, ...]:
    """One ledger from several records of the same organisation: stretches that share a day are one.

    It begins as the earliest of them and ends as the latest; an open one stays open.
    """
    kept: list[Membership] = []
    for one in sorted(memberships, key=lambda each: each.joined_on):
        last = kept[-1] if kept else None
        if last is None or (last.ended_on is not None and last.ended_on <= one.joined_on):
            kept.append(one)
        elif last.ended_on is not None and (one.ended_on is None or one.ended_on > last.ended_on):
            kept[-1] = replace(last, ended_on=one.ended_on, end_reason=one.end_reason)
    return tuple(kept)


def _wrong(words: str) -> BadInput:
    return BadInput(f"Membership: {words}", field="memberships")
