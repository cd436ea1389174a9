"""Records put away, deleted with time to think again, restored, and removed when that is over."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from alliance.audit.queries import history_of
from alliance.core.actor import SYSTEM
from alliance.core.errors import NotFound, Refused
from alliance.directory.models import Affiliation, Listing, StaffNote
from alliance.directory.operations.merging import merge_into
from alliance.directory.operations.notes import add_note
from alliance.directory.operations.organisations import (
    open_membership,
    set_listed,
    set_parent,
)
from alliance.directory.operations.states import (
    DAYS_UNTIL_GONE,
    archive_contact,
    archive_organisation,
    delete_contact,
    delete_organisation,
    remove_what_is_due,
    restore_contact,
    restore_organisation,
)
from alliance.directory.queries.records import contacts_of, get_record
from alliance.directory.rules.records import Membership
from tests.factories.directory import (
    STAFF,
    make_affiliation,
    make_contact,
    make_organisation,
)

DAY = date(2026, 5, 1)
LEFT = (Membership(date(2012, 1, 1), ended_on=date(2020, 1, 1), end_reason="Left"),)


def is_listed(session, one):
    return session.get(Listing, one.id, populate_existing=True) is not None


def test_an_archived_organisation_leaves_the_public_directory_and_comes_back(session):
    stored = make_organisation(session, memberships=LEFT)
    assert is_listed(session, stored)
    archive_organisation(session, stored.id, on=DAY, actor=STAFF, reason="Gone quiet")
    assert get_record(session, stored.id).archived_on == DAY
    assert not is_listed(session, stored)
    assert history_of(session, "organisation", stored.id)[0].reason == "Gone quiet"
    restore_organisation(session, stored.id, actor=STAFF)
    assert get_record(session, stored.id) == stored
    assert is_listed(session, stored)


def test_archiving_again_keeps_the_first_day_and_says_nothing(session):
    stored = make_organisation(session, memberships=LEFT)
    archive_organisation(session, stored.id, on=DAY, actor=STAFF)
    number = len(history_of(session, "organisation", stored.id))
    archive_organisation(session, stored.id, on=DAY + timedelta(days=9), actor=STAFF)
    assert get_record(session, stored.id).archived_on == DAY
    assert len(history_of(session, "organisation", stored.id)) == number


def test_deleting_again_does_not_put_the_last_day_off(session):
    stored = make_organisation(session, memberships=LEFT)
    delete_organisation(session, stored.id, on=DAY, actor=STAFF)
    delete_organisation(session, stored.id, on=DAY + timedelta(days=9), actor=STAFF)
    assert get_record(session, stored.id).delete_on == DAY + timedelta(days=DAYS_UNTIL_GONE)


@pytest.mark.parametrize("act", [archive_organisation, delete_organisation])
def test_a_member_is_neither_archived_nor_deleted(session, act):
    stored = make_organisation(session)
    with pytest.raises(Refused, match="end its membership first"):
        act(session, stored.id, on=DAY, actor=STAFF)
    assert get_record(session, stored.id) == stored


def test_what_others_hang_on_is_not_deleted(session):
    above = make_organisation(session, "Above", memberships=LEFT)
    make_organisation(session, "Below", parent_id=above.id)
    with pytest.raises(Refused, match="Other organisations"):
        delete_organisation(session, above.id, on=DAY, actor=STAFF)


def test_nothing_is_put_away_that_is_not_there(session):
    for act in (archive_organisation, delete_organisation, archive_contact, delete_contact):
        with pytest.raises(NotFound):
            act(session, 10**9, on=DAY, actor=STAFF)
    for act in (restore_organisation, restore_contact):
        with pytest.raises(NotFound):
            act(session, 10**9, actor=STAFF)


def test_contacts_are_put_away_and_restored(session):
    person = make_contact(session)
    archive_contact(session, person.id, on=DAY, actor=STAFF)
    delete_contact(session, person.id, on=DAY, actor=STAFF)
    stored = contacts_of(session, [person.id])[person.id]
    assert stored.archived_on == DAY
    assert stored.delete_on == DAY + timedelta(days=DAYS_UNTIL_GONE)
    restore_contact(session, person.id, actor=STAFF)
    assert contacts_of(session, [person.id])[person.id] == person


def test_what_was_deleted_is_removed_on_its_day_and_not_before(session):
    stored = make_organisation(session, memberships=LEFT)
    person = make_contact(session)
    make_affiliation(session, organisation=stored, contact=person)
    add_note(session, "organisation", stored.id, "Of it", actor=STAFF)
    add_note(session, "contact", person.id, "Of her", actor=STAFF)
    kept = add_note(session, "contact", make_contact(session, "Other").id, "Stays", actor=STAFF)
    delete_organisation(session, stored.id, on=DAY, actor=STAFF)
    delete_contact(session, person.id, on=DAY, actor=STAFF)
    last = DAY + timedelta(days=DAYS_UNTIL_GONE)
    assert remove_what_is_due(session, today=last - timedelta(days=1), actor=SYSTEM) == 0
    assert remove_what_is_due(session, today=last, actor=SYSTEM) == 2
    assert remove_what_is_due(session, today=last, actor=SYSTEM) == 0
    with pytest.raises(NotFound):
        get_record(session, stored.id)
    assert contacts_of(session, [person.id]) == {}
    assert session.scalar(select(func.count()).select_from(Affiliation)) == 0
    assert session.scalars(select(StaffNote.id)).all() == [kept]
    assert history_of(session, "organisation", stored.id)[0].action == "removed"


def test_what_something_came_to_hang_on_since_is_kept_and_the_rest_removed(session):
    stored = make_organisation(session, "Above", memberships=LEFT)
    other = make_organisation(session, "Other", memberships=LEFT)
    delete_organisation(session, stored.id, on=DAY, actor=STAFF)
    delete_organisation(session, other.id, on=DAY, actor=STAFF)
    make_organisation(session, "Below", parent_id=stored.id)
    assert remove_what_is_due(session, today=date(2027, 1, 1), actor=SYSTEM) == 1
    assert get_record(session, stored.id).delete_on is not None


def test_a_deleted_organisation_takes_part_in_nothing_until_it_is_restored(session):
    deleted = make_organisation(session, "Gone", memberships=LEFT)
    other = make_organisation(session, "Other", memberships=LEFT)
    delete_organisation(session, deleted.id, on=DAY, actor=STAFF)
    for act in (
        lambda: open_membership(session, deleted.id, on=DAY, actor=STAFF),
        lambda: set_listed(session, deleted.id, False, actor=STAFF),
        lambda: set_parent(session, other.id, deleted.id, actor=STAFF),
        lambda: merge_into(session, other.id, deleted.id, actor=STAFF),
    ):
        with pytest.raises(Refused, match="restore it"):
            act()
