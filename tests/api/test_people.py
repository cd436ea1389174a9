"""Contacts and affiliations read and written by programs."""

from datetime import date

import pytest

from alliance.directory.queries.records import affiliations_of, contacts_of
from alliance.directory.rules.records import Address, AddressState
from alliance.reactions import commit
from tests.factories.directory import make_affiliation, make_contact, make_organisation


@pytest.fixture
def writer(program):
    return program("contacts:write")


@pytest.fixture
def person(session):
    made = make_contact(
        session,
        "Wanjiru Maina",
        addresses=(Address("w@harbour.example", AddressState.BOUNCING),),
        phones=("+254 20 1234567",),
        notes="CANARY of staff",
    )
    commit(session)
    return made


@pytest.fixture
def post(session, person):
    made = make_affiliation(session, contact=person)
    commit(session)
    return made


def test_a_contact_is_shown_with_its_addresses_and_without_notes(program, person):
    response = program("contacts:read").get(f"contacts/{person.id}")
    assert response.json["addresses"] == [{"email": "w@harbour.example", "state": "bouncing"}]
    assert response.json["phones"]
    assert response.headers["ETag"] == f'"{response.json["version"]}"'
    assert "CANARY" not in response.text
    assert "notes" not in response.json


def test_contacts_are_listed_by_pages_and_by_organisation(program, session, post):
    make_contact(session, "Nobody Else")
    commit(session)
    reader = program("contacts:read")
    everyone = reader.get("contacts", limit=1).json
    assert everyone["next"] == post.contact_id
    assert len(reader.get("contacts", after=everyone["next"]).json["items"]) == 1
    at = reader.get("contacts", organisation=post.organisation_id).json["items"]
    assert [one["id"] for one in at] == [post.contact_id]
    assert reader.get("contacts", organisation=999).json["items"] == []
    assert reader.get("contacts", state="deleted").json["items"] == []


def test_a_contact_is_added_and_changed(writer, session):
    added = writer.post(
        "contacts", {"name": "Li Wei", "addresses": [{"email": "li@a.example"}], "language": "zh"}
    )
    assert added.status_code == 201, added.text
    assert added.headers["Location"].endswith(f"/api/v1/contacts/{added.json['id']}")
    changed = writer.patch(
        f"contacts/{added.json['id']}", {"language": None, "phones": ["+86 10 6552 9988"]},
        seen=added.headers["ETag"],
    )  # fmt: skip
    assert changed.status_code == 200, changed.text
    stored = contacts_of(session, [added.json["id"]])[added.json["id"]]
    assert (stored.language, stored.addresses[0].email) == (None, "li@a.example")
    assert len(stored.phones) == 1


def test_what_is_known_of_an_address_stays_when_the_list_is_sent_anew(writer, person, session):
    tag = writer.get(f"contacts/{person.id}").headers["ETag"]
    sent = [{"email": "new@harbour.example"}, {"email": "w@harbour.example"}]
    writer.patch(f"contacts/{person.id}", {"addresses": sent}, seen=tag)
    stored = contacts_of(session, [person.id])[person.id].addresses
    assert [one.state for one in stored] == [AddressState.UNVERIFIED, AddressState.BOUNCING]
    assert contacts_of(session, [person.id])[person.id].notes == "CANARY of staff"


def test_a_stale_change_of_a_contact_tells_what_clashes(writer, person, stored):
    tag = writer.get(f"contacts/{person.id}").headers["ETag"]
    writer.patch(f"contacts/{person.id}", {"language": "en"}, seen=tag)
    before = stored()
    refused = writer.patch(f"contacts/{person.id}", {"language": "fr"}, seen=tag)
    assert refused.status_code == 412
    assert refused.json["conflicts"] == {
        "language": {"base": None, "current": "en", "wanted": "fr"}
    }
    assert "CANARY" not in refused.text
    assert stored() == before


def test_deleting_people_needs_the_scope_for_removing_too(program, writer, person, stored):
    tag = writer.get(f"contacts/{person.id}").headers["ETag"]
    before = stored()
    for asking in (writer, program("organisations:write")):
        refused = asking.ask("DELETE", f"contacts/{person.id}", seen=tag)
        assert refused.status_code == 403
        assert "organisations:write" in refused.json["detail"]
    assert {name for name, one in stored().items() if before[name] != one} <= {
        "history_entries", "history_seals",
    }  # fmt: skip
    both = program("contacts:write", "organisations:write")
    gone = both.ask("DELETE", f"contacts/{person.id}", seen=tag)
    assert gone.json["delete_on"]
    back = both.post(f"contacts/{person.id}/restore", seen=gone.headers["ETag"])
    assert back.headers["ETag"] == tag
    away = both.post(f"contacts/{person.id}/archive", seen=tag)
    assert away.json["archived_on"]


def test_a_contact_takes_a_role_and_leaves(writer, session, person):
    works_for = make_organisation(session)
    commit(session)
    body = {
        "contact_id": person.id,
        "organisation_id": works_for.id,
        "role": "primary_contact",
        "on": "2024-01-01",
        "job_title": "Director",
    }
    added = writer.post("affiliations", body)
    assert added.status_code == 201, added.text
    assert added.json["started_on"] == "2024-01-01"
    again = writer.post("affiliations", body)
    assert again.status_code == 422
    assert "already" in again.json["detail"]
    left = writer.post(
        f"contacts/{person.id}/leave", {"organisation_id": works_for.id, "on": "2024-06-01"}
    )
    assert left.json["items"][0]["ended_on"] == "2024-06-01"
    twice = writer.post(
        f"contacts/{person.id}/leave", {"organisation_id": works_for.id, "on": "2024-06-02"}
    )
    assert twice.status_code == 422


def test_a_contact_moves_in_one_act(writer, session, post):
    to = make_organisation(session, "New House")
    commit(session)
    body = {"from_id": post.organisation_id, "to_id": to.id, "role": "primary_contact",
            "on": "2024-06-01"}  # fmt: skip
    moved = writer.post(f"contacts/{post.contact_id}/move", body)
    assert moved.status_code == 200, moved.text
    assert moved.json["items"][0]["organisation_id"] == to.id
    assert affiliations_of(session, [post.id])[post.id].ended_on == date(2024, 6, 1)


def test_a_move_that_cannot_end_begins_nothing(writer, session, post, stored):
    to = make_organisation(session, "New House")
    commit(session)
    before = stored()
    body = {"from_id": to.id, "to_id": post.organisation_id, "role": "deputy"}
    assert writer.post(f"contacts/{post.contact_id}/move", body).status_code == 422
    body = {"from_id": post.organisation_id, "to_id": 999, "role": "primary_contact"}
    absent = writer.post(f"contacts/{post.contact_id}/move", body)
    assert (absent.status_code, absent.json["field"]) == (422, "to_id")
    assert stored() == before


def test_affiliations_are_found_by_place_person_role_and_day(program, post):
    reader = program("contacts:read")
    for query in (
        {"organisation": post.organisation_id},
        {"contact": post.contact_id},
        {"role": "primary_contact"},
        {"active_on": "2020-04-01"},
    ):
        found = reader.get("affiliations", **query).json["items"]
        assert [one["id"] for one in found] == [post.id], query
    assert reader.get("affiliations", active_on="2020-03-31").json["items"] == []
    assert reader.get("affiliations", role="king").status_code == 400
    assert reader.get(f"affiliations/{post.id}").json["role"] == "primary_contact"


def test_an_affiliation_is_changed_and_taken_back_as_it_was_seen(writer, post, session):
    address = f"affiliations/{post.id}"
    tag = writer.get(address).headers["ETag"]
    changed = writer.patch(address, {"job_title": "Chair", "ended_on": "2021-01-01"}, seen=tag)
    assert (changed.json["job_title"], changed.json["ended_on"]) == ("Chair", "2021-01-01")
    clash = writer.patch(address, {"job_title": "Cook"}, seen=tag)
    assert clash.json["conflicts"]["job_title"]["current"] == "Chair"
    early = writer.patch(address, {"ended_on": "2019-01-01"}, seen=changed.headers["ETag"])
    assert (early.status_code, early.json["field"]) == (422, "ended_on")
    assert writer.ask("DELETE", address, seen=tag).status_code == 412
    assert writer.ask("DELETE", address, seen=changed.headers["ETag"]).status_code == 200
    assert writer.get(address).status_code == 404


def test_a_role_that_somebody_else_fills_is_not_taken_up_again(writer, post, session):
    address = f"affiliations/{post.id}"
    ended = writer.patch(
        address, {"ended_on": "2021-01-01"}, seen=writer.get(address).headers["ETag"]
    )
    other = writer.post("contacts", {"name": "Somebody Else"}).json["id"]
    writer.post(
        "affiliations",
        {"contact_id": other, "organisation_id": post.organisation_id, "role": "primary_contact",
         "on": "2021-01-01"},
    )  # fmt: skip
    refused = writer.patch(address, {"ended_on": None}, seen=ended.headers["ETag"])
    assert refused.status_code == 422


@pytest.mark.parametrize("field", ["contact_id", "organisation_id"])
def test_an_affiliation_of_nobody_is_refused(writer, person, session, stored, field):
    works_for = make_organisation(session)
    commit(session)
    before = stored()
    body = {"contact_id": person.id, "organisation_id": works_for.id, "role": "primary_contact"}
    refused = writer.post("affiliations", {**body, field: 999_999})
    assert (refused.status_code, refused.json["field"]) == (422, field)
    assert stored() == before
