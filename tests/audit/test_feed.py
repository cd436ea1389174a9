"""The feed tells every record that was touched, in the order of the commits, without gaps."""

import pytest
from sqlalchemy.orm import Session

from alliance.audit.operations import advance
from alliance.audit.queries import Cursor, changes_after, feed_version, touched_since
from alliance.core.db import db
from alliance.core.errors import BadInput
from alliance.directory.operations.contacts import remove_contacts
from alliance.reactions import commit
from tests.factories.directory import STAFF, make_contact, make_organisation


def told(rows):
    return [(row.kind, row.id, row.action) for row in rows]


def test_a_commit_tells_each_record_once_under_one_number(session):
    start = feed_version(session)
    first, second = make_organisation(session), make_organisation(session, "Safe Shore")
    contact = make_contact(session)
    commit(session)
    rows = changes_after(session, start)
    assert told(rows) == [
        ("contact", contact.id, "saved"),
        ("organisation", first.id, "saved"),
        ("organisation", second.id, "saved"),
    ]
    assert {row.version for row in rows} == {start + 1} == {feed_version(session)}


def test_a_removed_record_is_told(session):
    contact = make_contact(session)
    commit(session)
    start = feed_version(session)
    remove_contacts(session, [contact.id], actor=STAFF)
    commit(session)
    assert told(changes_after(session, start)) == [("contact", contact.id, "removed")]


def test_reading_in_pages_leaves_nothing_out_in_the_middle_of_a_number(session):
    start = feed_version(session)
    advance(session, "workspace", {"organisation": dict.fromkeys(range(1, 8), "saved")})
    advance(session, "workspace", {"contact": {3: "saved"}, "organisation": {2: "removed"}})
    whole = changes_after(session, start)
    assert len(whole) == 9
    found, cursor = [], Cursor(start)
    while rows := changes_after(session, Cursor.parse(str(cursor)), limit=2):
        found += rows
        cursor = rows[-1].cursor
    assert found == whole


def test_kinds_that_are_not_asked_for_are_left_out(session):
    start = feed_version(session)
    advance(session, "workspace", {"contact": {3: "saved"}, "organisation": {2: "saved"}})
    assert told(changes_after(session, start, kinds=["contact"])) == [("contact", 3, "saved")]
    assert changes_after(session, start, kinds=[]) == []


def test_what_was_touched_since_is_told_once_each_or_not_at_all_when_too_many(session):
    start = feed_version(session)
    advance(session, "workspace", {"contact": {3: "saved", 9: "saved"}})
    advance(session, "workspace", {"contact": {3: "saved"}, "organisation": {4: "saved"}})
    assert touched_since(session, start, "contact", limit=2) == [3, 9]
    assert touched_since(session, start, "contact", limit=1) is None
    assert touched_since(session, start + 2, "contact", limit=1) == []


@pytest.mark.parametrize("text", ["", "x", "1.contact", "1..3", "-1", "1.contact.x", "1.a.2.3"])
def test_what_is_no_place_in_the_feed_is_refused(text):
    with pytest.raises(BadInput) as refused:
        Cursor.parse(text)
    assert refused.value.field == "after"


@pytest.mark.database
def test_numbers_are_in_the_order_of_the_commits(app, session):
    with app.app_context():
        engine = db.engine
    start = feed_version(session)
    session.rollback()
    with Session(engine) as other:
        slow = make_organisation(other)
        quick = make_organisation(session, "Safe Shore")
        commit(session)
        assert told(changes_after(session, start)) == [("organisation", quick.id, "saved")]
        session.rollback()
        commit(other)
    assert told(changes_after(session, start + 1)) == [("organisation", slow.id, "saved")]
