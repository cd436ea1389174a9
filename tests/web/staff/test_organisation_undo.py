"""Undo after the whole form of an organisation: everything that one save changed, at once."""

import re

import pytest

from alliance.accounts.permissions import Role
from alliance.audit.queries import history_of
from alliance.directory.queries.records import get_record
from alliance.reactions import commit
from tests.factories.directory import change_organisation, make_organisation
from tests.web.staff.forms import fill_in


@pytest.fixture
def harbour(session):
    made = make_organisation(session, city="Nairobi", website="https://old.example")
    commit(session)
    return made


def at(one, part=""):
    return f"/staff/organisations/{one.id}{part}"


def undo_of(page):
    """The address that the toast of a page offers, None without one."""
    found = re.search(r'"(/staff/organisations/\d+/undo/\d+)"', page)
    return found and found[1]


def saved(client, one, **fields):
    """The record page after its whole form was saved."""
    assert fill_in(client, at(one, "/edit"), **fields).status_code == 303
    return client.get(at(one)).text


def test_a_save_of_several_fields_is_taken_back_at_once(staff, session, harbour):
    client = staff()
    page = saved(client, harbour, city="Mombasa", website="https://new.example")
    assert get_record(session, harbour.id).city == "Mombasa"
    assert client.send(undo_of(page), {}).location == at(harbour)
    assert get_record(session, harbour.id) == harbour
    newest, edit = history_of(session, "organisation", harbour.id)[:2]
    assert newest.cause == f"revert:{edit.id}"
    assert set(newest.changes) == {"city", "website"}
    assert "It is as it was before." in client.get(at(harbour)).text


def test_taking_back_twice_is_done_once(staff, session, harbour):
    client = staff()
    undo = undo_of(saved(client, harbour, city="Mombasa"))
    for _ in range(2):
        assert client.send(undo, {}).status_code == 303
    assert get_record(session, harbour.id) == harbour
    assert len(history_of(session, "organisation", harbour.id)) == 3


def test_a_save_that_changed_nothing_offers_nothing_to_take_back(staff, session, harbour):
    client = staff()
    saved(client, harbour, city="Mombasa")
    assert undo_of(saved(client, harbour, city="Mombasa")) is None


def test_what_was_changed_again_since_is_left_alone(staff, session, harbour):
    client = staff()
    undo = undo_of(saved(client, harbour, city="Mombasa"))
    change_organisation(session, harbour.id, city="Kisumu")
    commit(session)
    answer = client.send(undo, {})
    assert answer.status_code == 303
    assert "changed again since" in client.get(answer.location).text
    assert get_record(session, harbour.id).city == "Kisumu"


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMINISTRATOR])
def test_nobody_takes_back_what_another_did(staff, session, harbour, role):
    undo = undo_of(saved(staff(), harbour, city="Mombasa"))
    client = staff(role)
    client.get("/staff/")
    assert client.send(undo, {}).status_code == 404
    assert get_record(session, harbour.id).city == "Mombasa"


@pytest.mark.parametrize("entry", ["0", "99999999999999999999", "x"])
def test_a_change_that_there_is_not_takes_nothing_back(staff, session, harbour, entry):
    assert staff().send(at(harbour, f"/undo/{entry}"), {}).status_code == 404
    assert get_record(session, harbour.id) == harbour
