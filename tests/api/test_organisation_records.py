"""Organisations read and written by programs: whole, once, and never over what was not seen."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from alliance.audit.queries import history_of
from alliance.core.clock import today
from alliance.directory.queries.records import get_record
from alliance.directory.rules.records import Membership, Name, NameKind
from tests.factories.directory import change_organisation, make_organisation

NEW = {"name": "Aqua Fund", "category": "civil_society", "country": "KE"}


@pytest.fixture
def writer(program):
    return program("organisations:write")


@pytest.fixture
def one(session):
    return make_organisation(session, "Harbour Light", city="Nairobi", notes="CANARY of staff")


def record(asking, id):
    """A record with its tag."""
    response = asking.get(f"organisations/{id}/record")
    assert response.status_code == 200, response.text
    return response.json, response.headers["ETag"]


def test_a_record_is_shown_whole_but_for_what_staff_noted(program, one):
    shown, tag = record(program("organisations:read"), one.id)
    assert shown["name"] == "Harbour Light"
    assert shown["city"] == "Nairobi"
    assert shown["memberships"][0]["joined_on"] == "2020-03-01"
    assert tag == f'"{shown["version"]}"'
    assert "notes" not in shown
    assert "CANARY" not in str(shown)


def test_what_staff_note_changes_no_version(program, one, session):
    reader = program("organisations:read")
    _, before = record(reader, one.id)
    change_organisation(session, one.id, notes="CANARY, and more of it")
    assert record(reader, one.id)[1] == before


def test_all_organisations_are_listed_page_by_page_in_the_order_of_ids(program, members):
    reader = program("organisations:read")
    first = reader.get("organisations/records", limit=4).json
    second = reader.get("organisations/records", limit=4, after=first["next"]).json
    ids = [item["id"] for item in first["items"] + second["items"]]
    assert ids == sorted(one.id for one in members)
    assert second["next"] is None
    assert first["items"][2]["names"][0]["text"] == "IWF"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"country": "ET"}, {"Ethiopia", "Gone Before"}),
        ({"country": ["ET", "CI"], "category": "government"}, {"Ethiopia", "Côte d’Ivoire"}),
        ({"state": "archived"}, set()),
        ({"sector": "child-protection"}, set()),
        ({"parent": 9}, set()),
    ],
)
def test_filters_choose_records(program, members, query, names):
    found = program("organisations:read").get("organisations/records", **query).json["items"]
    assert {item["name"] for item in found} == names


def test_a_value_that_no_list_holds_is_refused_with_where_the_list_is(program, members):
    response = program("organisations:read").get("organisations/records", country="XX")
    assert (response.status_code, response.json["field"]) == (400, "country")
    assert "/api/v1/countries" in response.json["detail"]


def test_an_organisation_is_added_and_its_address_told(writer, session):
    response = writer.post(
        "organisations",
        {
            **NEW,
            "names": [{"kind": "acronym", "text": "AF"}],
            "memberships": [{"joined_on": "2024-02-01"}],
            "sectors": ["child-protection"],
            "visibility": {"email": "portal"},
            "reason": "asked by letter",
        },
    )
    assert response.status_code == 201, response.text
    id = response.json["id"]
    assert response.headers["Location"].endswith(f"/api/v1/organisations/{id}/record")
    assert response.json["sectors"] == ["child-protection"]
    stored = get_record(session, id)
    assert stored.names == (Name(NameKind.ACRONYM, "AF"),)
    assert stored.memberships == (Membership(date(2024, 2, 1)),)
    (entry,) = history_of(session, "organisation", id)
    assert entry.actor_name == "token “robot”"
    assert entry.reason == "asked by letter"


def test_a_change_needs_the_version_that_was_seen(writer, one, stored):
    before = stored()
    response = writer.patch(f"organisations/{one.id}/record", {"city": "Mombasa"})
    assert (response.status_code, response.json["field"]) == (428, "If-Match")
    assert stored() == before


def test_a_change_leaves_alone_what_it_does_not_name(writer, one, session):
    _, tag = record(writer, one.id)
    response = writer.patch(
        f"organisations/{one.id}/record", {"city": "Mombasa", "country": None}, seen=tag
    )
    assert response.status_code == 200, response.text
    assert "country" not in response.json
    assert response.headers["ETag"] != tag
    stored = get_record(session, one.id)
    assert (stored.city, stored.country, stored.notes) == ("Mombasa", None, "CANARY of staff")


def test_a_stale_change_is_refused_with_what_clashes(writer, one, session, stored):
    _, tag = record(writer, one.id)
    change_organisation(session, one.id, city="Kisumu", notes="CANARY two")
    before = stored()
    response = writer.patch(
        f"organisations/{one.id}/record", {"city": "Mombasa", "email": "a@b.example"}, seen=tag
    )
    assert response.status_code == 412
    assert response.json["conflicts"] == {
        "city": {"base": "Nairobi", "current": "Kisumu", "wanted": "Mombasa"}
    }
    assert f'"{response.json["version"]}"' == record(writer, one.id)[1]
    assert "CANARY" not in response.text
    assert stored() == before


@pytest.mark.parametrize("seen", ['"unknown"', 'W/"unknown"', "nothing", '""'])
def test_a_version_that_never_was_is_refused(writer, one, seen):
    response = writer.patch(f"organisations/{one.id}/record", {"city": "Mombasa"}, seen=seen)
    assert response.status_code == 412
    assert response.json["conflicts"]["city"]["current"] == "Nairobi"


def test_a_weak_tag_of_the_present_version_is_not_enough(writer, one):
    _, tag = record(writer, one.id)
    response = writer.patch(f"organisations/{one.id}/record", {"city": "X"}, seen=f"W/{tag}")
    assert response.status_code == 412


def test_sectors_are_told_by_name_in_a_conflict_too(writer, one, session):
    _, tag = record(writer, one.id)
    first = writer.patch(
        f"organisations/{one.id}/record", {"sectors": ["child-protection"]}, seen=tag
    )
    assert first.status_code == 200
    response = writer.patch(f"organisations/{one.id}/record", {"sectors": ["research"]}, seen=tag)
    assert response.status_code in (412, 422)
    if response.status_code == 412:
        assert response.json["conflicts"]["sectors"]["current"] == ["child-protection"]


def test_an_organisation_is_put_under_another_but_in_no_circle(writer, one, session):
    above = make_organisation(session, "State")
    _, tag = record(writer, one.id)
    moved = writer.patch(f"organisations/{one.id}/record", {"parent_id": above.id}, seen=tag)
    assert moved.json["parent_id"] == above.id
    _, tag = record(writer, above.id)
    circle = writer.patch(f"organisations/{above.id}/record", {"parent_id": one.id}, seen=tag)
    assert circle.status_code == 422
    absent = writer.patch(f"organisations/{above.id}/record", {"parent_id": 9999}, seen=tag)
    assert (absent.status_code, absent.json["field"]) == (422, "parent_id")


def test_a_member_is_neither_archived_nor_deleted(writer, one, stored):
    _, tag = record(writer, one.id)
    before = stored()
    assert writer.post(f"organisations/{one.id}/record/archive", seen=tag).status_code == 422
    deleted = writer.ask("DELETE", f"organisations/{one.id}/record", seen=tag)
    assert deleted.status_code == 422
    assert "membership" in deleted.json["detail"]
    assert stored() == before


def test_deleting_leaves_a_month_to_think_again(writer, session):
    gone = make_organisation(session, "Gone", memberships=())
    address = f"organisations/{gone.id}/record"
    _, tag = record(writer, gone.id)
    assert writer.ask("DELETE", address).status_code == 428
    assert writer.ask("DELETE", address, seen='"other"').status_code == 412
    deleted = writer.ask("DELETE", address, seen=tag)
    assert deleted.status_code == 200
    day = date.fromisoformat(deleted.json["delete_on"])
    assert timedelta(29) <= day - today(ZoneInfo("UTC")) <= timedelta(31)
    refused = writer.patch(address, {"city": "X"}, seen=deleted.headers["ETag"])
    assert refused.status_code == 422
    back = writer.post(f"{address}/restore", seen=deleted.headers["ETag"])
    assert back.status_code == 200
    assert back.headers["ETag"] == tag


def test_what_the_rules_refuse_is_refused_by_the_name_of_the_field(writer, one, stored):
    _, tag = record(writer, one.id)
    before = stored()
    for body, field in (
        ({"country": "XX"}, "country"),
        ({"category": "charity"}, "category"),
        ({"email": "nobody"}, "email"),
        ({"sectors": ["mars"]}, "sectors"),
        ({"name": "  "}, "name"),
        ({"visibility": {"notes": "public"}}, None),
        ({"memberships": [{"joined_on": "1066-01-01"}]}, "memberships"),
        ({"identifiers": [{"scheme": "lei", "value": "1"}]}, "identifiers"),
    ):
        response = writer.patch(f"organisations/{one.id}/record", body, seen=tag)
        assert response.status_code == 422, body
        assert field is None or response.json["field"] == field
    assert stored() == before


def test_there_is_no_record_beyond_the_last_number(writer):
    for id in (999999, 2**63, 10**30):
        assert writer.get(f"organisations/{id}/record").status_code == 404
        gone = writer.patch(f"organisations/{id}/record", {"city": "X"}, seen="*")
        assert gone.status_code == 404
