"""Sectors, the history and the feed of changes, by which programs keep copies."""

import pytest

from alliance.audit.queries import Cursor
from alliance.reactions import commit
from tests.factories.directory import (
    change_organisation,
    make_affiliation,
    make_contact,
    make_organisation,
)


@pytest.fixture
def stored_people(session):
    made = make_affiliation(
        session,
        organisation=make_organisation(session, "Harbour Light", notes="CANARY one"),
        contact=make_contact(session, "Wanjiru Maina", notes="CANARY two", phones=("+25420111",)),
    )
    commit(session)
    change_organisation(session, made.organisation_id, city="Mombasa", notes="CANARY three")
    commit(session)
    return made


def test_the_history_shows_what_the_token_may_see(program, stored_people):
    watcher = program("history:read")
    page = watcher.get("history").json
    assert {"organisation", "contact", "affiliation"} <= {
        one["subject_kind"] for one in page["items"]
    }
    text = watcher.get("history").text
    assert "CANARY" not in text
    assert "wanjirumaina@" not in text
    both = program("history:read", "contacts:read").get("history").text
    assert "wanjirumaina@" in both
    assert "CANARY" not in both


def test_the_history_is_found_by_record_action_doer_and_day(program, stored_people):
    watcher = program("history:read")
    one = {"subject_kind": "organisation", "subject_id": stored_people.organisation_id}
    entries = watcher.get("history", **one).json["items"]
    assert [entry["action"] for entry in entries] == ["created", "changed"]
    assert entries[1]["changes"]["city"] == [None, "Mombasa"]
    assert entries[0]["actor_name"] == "Ada of the secretariat"
    assert watcher.get("history", actor_name="Nobody").json["items"] == []
    assert watcher.get("history", until="2000-01-01").json["items"] == []
    assert watcher.get("history", since="2000-01-01", action="changed", **one).json["items"]
    first = watcher.get("history", limit=1, **one).json
    assert first["next"] == entries[0]["id"]
    rest = watcher.get("history", after=first["next"], **one).json
    assert [entry["id"] for entry in rest["items"]] == [entries[1]["id"]]
    assert watcher.get("history", action="x;--").status_code == 400


def test_the_feed_tells_of_each_kind_to_those_who_may_read_it(program, stored_people):
    def kinds(*scopes):
        return {one["kind"] for one in program(*scopes).get("changes").json["items"]}

    assert kinds("organisations:read") == {"organisation"}
    assert kinds("contacts:read") == {"contact", "affiliation"}
    assert kinds("organisations:read", "contacts:read") == {
        "organisation", "contact", "affiliation",
    }  # fmt: skip
    refused = program("history:read").get("changes")
    assert refused.status_code == 403
    assert "organisations:read" in refused.json["detail"]
    assert "contacts:read" in refused.json["detail"]


def test_a_copy_made_by_the_recipe_stays_true(program, session, stored_people):
    reader = program("organisations:read", "contacts:read")
    place = reader.get("changes", limit=1).json["latest"]
    copy = {item["id"]: item for item in reader.get("organisations/records").json["items"]}
    new = make_organisation(session, "New House")
    commit(session)
    change_organisation(session, stored_people.organisation_id, city="Kisumu")
    commit(session)
    seen = []
    while True:
        page = reader.get("changes", after=place, limit=1).json
        place = page["next"]
        for change in page["items"]:
            seen.append((change["kind"], change["id"]))
            if change["kind"] == "organisation":
                copy[change["id"]] = reader.get(f"organisations/{change['id']}/record").json
        if not page["has_more"]:
            break
    assert ("organisation", new.id) in seen
    walked = {item["id"]: item for item in reader.get("organisations/records").json["items"]}
    assert copy == walked
    nothing = reader.get("changes", after=place).json
    assert nothing["items"] == []
    assert nothing["next"] == place


def test_the_feed_goes_on_in_the_middle_of_a_version(program, session):
    made = [make_organisation(session, f"House {n}") for n in range(5)]
    commit(session)
    reader = program("organisations:read")
    place, ids = "0", []
    for _ in range(10):
        page = reader.get("changes", after=place, limit=2).json
        ids += [one["id"] for one in page["items"]]
        place = page["next"]
    assert ids == [one.id for one in made]


@pytest.mark.parametrize(
    "after", ["x", "-1", "1.", "1.organisation", "1.organisation.x", "1.%00.2", "1" * 40, "1.A.2"]
)
def test_a_place_that_is_none_is_refused(program, session, after):
    response = program("organisations:read").get("changes", after=after)
    assert (response.status_code, response.json["field"]) == (400, "after")


@pytest.mark.parametrize("after", ["0", "41", "41.contact.7", "999999999999999999"])
def test_places_are_understood(program, session, after):
    assert str(Cursor.parse(after)) == after
    assert program("organisations:read").get("changes", after=after).status_code == 200


def test_sectors_are_added_renamed_and_moved(program, session):
    writer = program("organisations:write")
    added = writer.post(
        "sectors", {"names": {"en": "Night care", "ar": "رعاية"}, "parent": "child-protection"}
    )
    assert added.status_code == 201, added.text
    assert added.json["slug"] == "night-care"
    assert added.headers["Location"].endswith("/api/v1/sectors/night-care/record")
    changed = writer.patch(
        "sectors/night-care/record",
        {"names": {"en": "Care at night"}, "parent": None, "aliases": ["nights"]},
        seen=added.headers["ETag"],
    )
    assert changed.status_code == 200, changed.text
    assert changed.json["slug"] == "night-care"
    assert "parent" not in changed.json
    stale = writer.patch("sectors/night-care/record", {"aliases": []}, seen=added.headers["ETag"])
    assert stale.status_code == 412
    assert stale.json["version"] == changed.json["version"]
    listed = writer.get("sectors/records").json["items"]
    assert next(one for one in listed if one["slug"] == "night-care") == changed.json


def test_a_merged_sector_hands_its_organisations_on(program, session):
    writer = program("organisations:write")
    for name in ("Night care", "Day care"):
        writer.post("sectors", {"names": {"en": name}})
    tagged = writer.post(
        "organisations", {"name": "A", "category": "civil_society", "sectors": ["night-care"]}
    ).json
    tag = writer.get("sectors/night-care/record").headers["ETag"]
    into_nothing = writer.post("sectors/night-care/record/merge", {"into": "mars"}, seen=tag)
    assert (into_nothing.status_code, into_nothing.json["field"]) == (422, "into")
    merged = writer.post("sectors/night-care/record/merge", {"into": "day-care"}, seen=tag)
    assert merged.status_code == 200, merged.text
    assert merged.json["retired_on"]
    record = writer.get(f"organisations/{tagged['id']}/record").json
    assert record["sectors"] == ["day-care"]


def test_a_retired_sector_is_replaced_or_kept(program, session):
    writer = program("organisations:write")
    for name in ("Night care", "Day care"):
        writer.post("sectors", {"names": {"en": name}})
    tag = writer.get("sectors/night-care/record").headers["ETag"]
    retired = writer.post("sectors/night-care/record/retire", {"into": ["day-care"]}, seen=tag)
    assert retired.json["retired_on"]
    again = writer.post("sectors/night-care/record/retire", {}, seen=retired.headers["ETag"])
    assert again.status_code == 422
    assert writer.get("sectors/nowhere/record").status_code == 404
