"""Acting on many records from a list: look first, do it once, take it back."""

import re
from datetime import date
from importlib import import_module

import pytest

from alliance.accounts.permissions import Role
from alliance.audit.queries import entries_caused_by
from alliance.directory.operations.bulk import apply_bulk
from alliance.directory.queries.change_sets import change_sets
from alliance.directory.queries.records import contacts_of, get_record
from alliance.directory.rules.bulk import Act, ActName
from alliance.reactions import commit
from tests.factories.directory import (
    STAFF,
    change_organisation,
    make_contact,
    make_organisation,
    make_organisations,
    organisation,
)

BULK = "/staff/organisations/bulk"


@pytest.fixture
def stored(session):
    """Two organisations in Kenya."""
    made = make_organisations(session, [organisation("Harbour <i>Light"), organisation("Shore")])
    commit(session)
    return made


@pytest.fixture
def done(session, stored):
    """The id of a change set that moved both to Uganda."""
    ids = [one.id for one in stored]
    act = Act(ActName.SET_COUNTRY, code="UG")
    applied = apply_bulk(
        session, "organisation", ids, act, actor=STAFF, today=date(2026, 3, 1), expected_count=2
    )
    commit(session)
    return applied.change_set_id


def text_of(response):
    return re.sub(r"\s+", " ", response.get_data(as_text=True))


def fields(stored, **values):
    ids = ",".join(str(one.id) for one in stored)
    return {"ids": ids, "act": "set_country", "country": "UG", "step": "values", **values}


def hidden(response):
    """The hidden fields of the form on a page."""
    found = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", response.get_data(as_text=True)):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and name[1] != "csrf_token":
            found[name[1]] = value[1] if value else ""
    return found


def test_a_list_posts_its_boxes_and_is_asked_what_to_do(staff, stored):
    page = staff().send(BULK, {"id": [one.id for one in stored], "category": "company"})
    assert page.status_code == 200
    text = text_of(page)
    assert "2 organisations" in text
    assert 'value="add_sectors"' in text
    assert "Look at what would change" in text_of(
        staff().send(BULK, {"id": stored[0].id, "act": "set_country"})
    )


def test_all_that_match_is_asked_of_the_list(staff, stored, monkeypatch):
    asked = []

    def find(kind, query):
        asked.append((kind, query))
        return [one.id for one in stored]

    monkeypatch.setattr(import_module("alliance.web.staff.change_sets.bulk"), "_matching", find)
    page = staff().send(BULK, {"all": "yes", "id": stored[0].id, "category": "company"})
    assert "2 organisations" in text_of(page)
    assert asked[-1] == ("organisation", "category=company")


def test_what_a_list_calls_matching_is_what_is_changed(staff, session, stored):
    make_organisation(session, "Far Light", country="NO")
    commit(session)
    client = staff()
    page = client.send(BULK, {"all": "yes", "country": "KE", "id": "1"})
    assert "2 organisations" in text_of(page)
    sent = {**hidden(page), "act": "set_country", "country": "UG", "step": "values"}
    assert sent["query"] == "country=KE"
    sent = hidden(client.send(BULK, sent))
    assert client.send(BULK, sent).status_code == 303
    assert {get_record(session, one.id).country for one in stored} == {"UG"}
    assert "3 organisations" in text_of(client.send(BULK, {"all": "yes"}))


def test_contacts_that_match_are_asked_of_their_list(staff, session):
    make_contact(session)
    commit(session)
    assert "1 contact" in text_of(staff().send("/staff/contacts/bulk", {"all": "yes"}))


def test_filters_that_nobody_knows_choose_nobody(staff, session, stored):
    page = staff().send(BULK, {"all": "yes", "no_such_filter": "x"})
    assert "organisations" not in re.findall('page-head__context">([^<]*)', text_of(page))
    sent = fields(stored, ids="", query="no_such_filter=x")
    assert staff().send(BULK, sent).status_code == 422


def test_the_preview_tells_what_would_change_and_changes_nothing(staff, session, stored):
    page = staff().send(BULK, fields(stored))
    assert page.status_code == 200
    text = text_of(page)
    assert "Change 2 records" in text
    assert "Harbour &lt;i&gt;Light" in text
    assert "Kenya" in text
    assert "Uganda" in text
    assert {get_record(session, one.id).country for one in stored} == {"KE"}
    assert change_sets(session) == []


def test_applying_does_what_the_preview_told_and_leads_to_the_change_set(staff, session, stored):
    client = staff()
    sent = hidden(client.send(BULK, fields(stored)))
    assert sent["step"] == "apply"
    answer = client.send(BULK, {**sent, "reason": "moved"})
    assert answer.status_code == 303
    (row,) = change_sets(session)
    assert answer.headers["Location"] == f"/staff/change-sets/{row.id}"
    assert {get_record(session, one.id).country for one in stored} == {"UG"}
    assert (row.count, row.account_name) == (2, client.account.name)
    told = entries_caused_by(session, f"change_set:{row.id}")
    assert {one.reason for one in told} == {"moved"}
    shown = text_of(client.get(answer.headers["Location"]))
    assert "2 records were changed." in shown
    assert "Undo" in shown


def test_twenty_copies_of_one_form_make_one_change_set(staff, session, stored):
    client = staff()
    sent = hidden(client.send(BULK, fields(stored)))
    places = {client.send(BULK, sent).headers.get("Location") for _ in range(3)}
    assert len(change_sets(session)) == 1
    assert len(places - {None}) == 1


def test_more_records_than_the_preview_told_are_refused(staff, session, stored):
    client = staff()
    sent = hidden(client.send(BULK, fields(stored)))
    answer = client.send(BULK, {**sent, "expected_count": "1"})
    assert answer.status_code == 422
    assert "More records would change" in text_of(answer)
    assert {get_record(session, one.id).country for one in stored} == {"KE"}
    assert change_sets(session) == []


@pytest.mark.parametrize(
    "values",
    [
        {"country": "ZZ"},
        {"country": ""},
        {"ids": ""},
        {"ids": "1,x"},
        {"act": "drop_table"},
        {"act": "set_language", "language": "nothing"},
        {"act": "end_membership", "on": "yesterday", "why": "left"},
        {"act": "end_membership", "on": "2026-01-01", "why": ""},
        {"act": "set_listed"},
        {"act": "set_visibility", "field": "notes", "level": "public"},
        {"act": "add_sectors", "sectors": "987654"},
        {"act": "set_time_zone", "time_zone": "Africa/Nairobi"},
        {"is_administrator": "yes"},
        {"ids": ",".join(str(n) for n in range(1, 20_100))},
    ],
)
def test_what_cannot_be_used_is_told_and_nothing_changes(staff, session, stored, values):
    page = staff().send(BULK, fields(stored, **values))
    assert page.status_code == 422
    assert "error" in text_of(page)
    assert change_sets(session) == []
    assert {get_record(session, one.id).country for one in stored} == {"KE"}


def test_records_that_are_left_out_are_named_with_the_reason(staff, session, stored):
    gone = make_organisation(session, "Gone", memberships=(), delete_on=date(2026, 4, 1))
    commit(session)
    text = text_of(staff().send(BULK, fields([*stored, gone])))
    assert "It was deleted; restore it first." in text
    assert "Change 2 records" in text


def test_contacts_are_changed_the_same_way(staff, session):
    person = make_contact(session)
    commit(session)
    client = staff()
    sent = {"ids": person.id, "act": "set_language", "language": "ar", "step": "values"}
    sent = hidden(client.send("/staff/contacts/bulk", sent))
    assert client.send("/staff/contacts/bulk", sent).status_code == 303
    assert contacts_of(session, [person.id])[person.id].language == "ar"


@pytest.mark.parametrize("role", [Role.ENGAGEMENT_OFFICER, Role.EDITOR, Role.AUDITOR])
def test_who_may_not_change_many_may_neither_look_nor_undo(staff, session, stored, done, role):
    client = staff(role)
    assert client.send(BULK, fields(stored)).status_code == 403
    assert client.send(BULK, fields(stored, step="apply", expected_count="2")).status_code == 403
    assert client.get("/staff/change-sets").status_code == 403
    assert client.get(f"/staff/change-sets/{done}").status_code == 403
    assert client.send(f"/staff/change-sets/{done}/undo").status_code == 403
    assert change_sets(session)[0].undone_at is None


def test_an_old_proof_and_a_forged_form_change_nothing(staff, session, stored, done):
    stale = staff(minutes_ago=20)
    assert stale.send(BULK, fields(stored)).status_code == 403
    assert stale.send(f"/staff/change-sets/{done}/undo").status_code == 403
    assert staff().post(f"/staff/change-sets/{done}/undo").status_code == 400
    assert change_sets(session)[0].undone_at is None


def test_undoing_puts_values_back_and_lists_what_was_changed_since(staff, session, stored, done):
    change_organisation(session, stored[0].id, country="TZ")
    commit(session)
    client = staff()
    answer = client.send(f"/staff/change-sets/{done}/undo")
    assert answer.status_code == 303
    assert get_record(session, stored[0].id).country == "TZ"
    assert get_record(session, stored[1].id).country == "KE"
    text = text_of(client.get(answer.headers["Location"]))
    assert "1 value was changed since and stays." in text
    assert "What undoing left as it is" in text
    assert "Tanzania" in text


def test_undoing_twice_undoes_once_and_says_so(staff, session, stored, done):
    client = staff()
    client.send(f"/staff/change-sets/{done}/undo")
    again = client.send(f"/staff/change-sets/{done}/undo")
    assert again.status_code == 303
    assert "undone already" in text_of(client.get(again.headers["Location"]))
    assert len(entries_caused_by(session, f"change_set_undo:{done}")) == 2


def test_the_list_names_each_change_set_and_its_state(staff, stored, done):
    client = staff()
    text = text_of(client.get("/staff/change-sets"))
    assert "Set the country: Uganda" in text
    assert "In force" in text
    client.send(f"/staff/change-sets/{done}/undo")
    assert "Undone" in text_of(client.get("/staff/change-sets"))
    assert client.get("/staff/change-sets/999999999").status_code == 404
    assert client.get("/staff/change-sets?before=x").status_code == 200


def test_an_empty_list_says_what_belongs_there(staff, session):
    assert "No change sets yet" in text_of(staff().get("/staff/change-sets"))
