"""What follows from what: in the same transaction or not at all."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from alliance.core.db import db
from alliance.core.events import announce, collect
from alliance.directory.events import DirectoryChanged
from alliance.directory.operations.saving import remove_organisations, save_organisations
from alliance.directory.queries.records import records_of
from alliance.reactions import abandon, commit
from tests.factories.directory import STAFF, make_contact, make_organisation, organisation


def version(session: Session) -> int:
    """The number that readers compare with what they keep."""
    found = session.scalar(text("SELECT version FROM history_clock WHERE subject = 'directory'"))
    return int(found or 0)


def test_every_change_of_the_directory_advances_its_version_once(session):
    commit(session)
    before = version(session)
    stored = make_organisation(session)
    make_organisation(session, "Safe Shore")
    assert version(session) == before, "it advances with the commit, not earlier"
    commit(session)
    assert version(session) == before + 1
    remove_organisations(session, [stored.id], actor=STAFF)
    commit(session)
    assert version(session) == before + 2


def test_what_changes_nothing_that_is_shown_does_not_advance_it(session):
    stored = make_organisation(session)
    commit(session)
    before = version(session)
    save_organisations(session, [stored], actor=STAFF)
    make_contact(session)
    commit(session)
    assert version(session) == before


def test_what_is_given_up_is_neither_stored_nor_announced_later(session):
    commit(session)
    before = version(session)
    stored = make_organisation(session)
    abandon(session)
    commit(session)
    assert records_of(session, [stored.id]) == {}
    assert version(session) == before


def test_when_a_reaction_fails_nothing_is_stored(session, monkeypatch):
    def fail(session, event):
        raise RuntimeError("no")

    commit(session)
    monkeypatch.setattr("alliance.reactions.REACTIONS", {DirectoryChanged: (fail,)})
    stored = make_organisation(session)
    with pytest.raises(RuntimeError):
        commit(session)
    assert records_of(session, [stored.id]) == {}
    assert list(collect(session)) == []


def test_the_same_event_counts_once_and_events_come_in_order(session):
    announce(session, DirectoryChanged())
    announce(session, DirectoryChanged())
    assert list(collect(session)) == [DirectoryChanged()]
    assert list(collect(session)) == []


@pytest.mark.database
def test_readers_see_the_change_and_its_number_together(app, session):
    with app.app_context():
        engine = db.engine
    with Session(engine) as reader:
        before = version(reader)
        reader.rollback()
        stored = make_organisation(session)
        assert version(reader) == before
        assert records_of(reader, [stored.id]) == {}
        reader.rollback()
        commit(session)
        assert version(reader) == before + 1
        assert list(records_of(reader, [stored.id])) == [stored.id]


@pytest.mark.database
def test_two_writers_each_advance_the_version(app, session):
    with app.app_context():
        engine = db.engine
    first = make_organisation(session)
    with Session(engine) as other:
        before = version(other)
        make_organisation(other, "Safe Shore")
        commit(other)
        commit(session)
        other.rollback()
        assert version(other) == before + 2
        save_organisations(other, [replace(first, city="Mombasa")], actor=STAFF)
        commit(other)
        assert version(other) == before + 3


def test_a_refused_change_leaves_the_transaction_usable(session):
    with pytest.raises(Exception, match="ZZ"):
        save_organisations(session, [organisation(country="ZZ")], actor=STAFF)
    make_organisation(session)
    commit(session)
