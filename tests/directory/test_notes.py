"""What staff note: by whom it is changed and removed, and that history does not repeat it."""

import pytest
from sqlalchemy import select

from alliance.accounts.permissions import ROLES, Permission, Role
from alliance.audit.models import Entry
from alliance.core.actor import Actor, ActorKind
from alliance.core.errors import BadInput, NotFound, Refused
from alliance.directory.operations.notes import LONGEST_NOTE, add_note, change_note, remove_note
from alliance.directory.queries.notes import get_note, notes_on
from tests.factories.directory import STAFF, make_contact, make_organisation

OTHER = Actor(ActorKind.PERSON, "Bo", id=8)


@pytest.fixture
def place(session):
    return {"subject_kind": "organisation", "subject_id": make_organisation(session).id}


def add(session, place, text="Calls back on Monday", actor=STAFF):
    return add_note(session, place["subject_kind"], place["subject_id"], text, actor=actor)


def test_notes_are_read_newest_first_with_their_authors(session, place):
    add(session, place, "First")
    add(session, place, "Second\r\n\r\nin lines", actor=OTHER)
    found = notes_on(session, "organisation", place["subject_id"])
    assert [(one.text, one.author_name) for one in found] == [
        ("Second\n\nin lines", "Bo"),
        ("First", "Ada of the secretariat"),
    ]
    assert notes_on(session, "contact", place["subject_id"]) == []


def test_a_contact_has_notes_of_its_own(session):
    person = make_contact(session)
    note = add_note(session, "contact", person.id, "Speaks Swahili", actor=STAFF)
    assert get_note(session, note, "contact", person.id).text == "Speaks Swahili"


def test_history_tells_of_notes_without_their_words(session, place):
    note = add(session, place)
    change_note(session, note, "Calls back on Tuesday", **place, actor=STAFF)
    change_note(session, note, "Calls back on Tuesday", **place, actor=STAFF)
    remove_note(session, note, **place, actor=STAFF)
    told = session.scalars(
        select(Entry).where(Entry.subject_kind == "note").order_by(Entry.id)
    ).all()
    assert [one.action for one in told] == ["created", "changed", "removed"]
    assert all("day" not in str((one.changes, one.reason, one.subject_name)) for one in told)


def test_only_the_author_changes_a_note(session, place):
    note = add(session, place)
    with pytest.raises(Refused, match="Somebody else"):
        change_note(session, note, "Mine", **place, actor=OTHER)
    nobody = add(session, place, actor=Actor(ActorKind.COMMAND, "root"))
    with pytest.raises(Refused):
        change_note(session, nobody, "Mine", **place, actor=Actor(ActorKind.COMMAND, "other"))


def test_others_remove_a_note_only_with_the_right_to(session, place):
    note = add(session, place)
    with pytest.raises(Refused, match="administrator"):
        remove_note(session, note, **place, actor=OTHER)
    remove_note(session, note, **place, actor=OTHER, may_remove_others=True)
    with pytest.raises(NotFound):
        remove_note(session, note, **place, actor=STAFF)


@pytest.mark.parametrize("text", ["", " \n ", "a\x00b", "x" * (LONGEST_NOTE + 1), "\u200b"])
def test_what_cannot_be_kept_is_refused(session, place, text):
    with pytest.raises(BadInput) as refused:
        add(session, place, text)
    assert refused.value.field == "text"


def test_nothing_is_noted_about_what_is_not_there(session):
    for kind in ("organisation", "contact"):
        with pytest.raises(NotFound):
            add_note(session, kind, 10**9, "x", actor=STAFF)


def test_whoever_writes_notes_may_read_them():
    writers = {role for role in Role if Permission.WRITE_NOTES in ROLES[role]}
    assert writers
    assert all(Permission.SEE_NOTES in ROLES[role] for role in writers)
