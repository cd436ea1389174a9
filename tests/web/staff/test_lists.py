"""Staff keep the closed lists and the alliance's settings, and can take every change back."""

import re
from datetime import date

import pytest

from alliance.accounts.permissions import Role
from alliance.audit.queries import history_of
from alliance.core.errors import BadInput
from alliance.core.settings import alliance_settings
from alliance.directory.operations.bulk.undoing import undo_change_set
from alliance.directory.operations.sectors import merge_sectors, split_sector, tagged_with
from alliance.directory.operations.wording import add_sector, entry_document
from alliance.directory.queries.records import get_record
from alliance.directory.queries.reference import reference
from tests.factories.directory import STAFF, make_organisation


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1]


def send(client, address: str, **values):
    """Open a form and send it with these values in place of what it holds."""
    page = client.get(address).get_data(as_text=True)
    form = dict(re.findall(r'<input[^>]*\bname="([^"]+)"[^>]*\bvalue="([^"]*)"', page))
    kept = {name: form[name] for name in ("submission", "version") if name in form}
    return client.send(address, {**kept, **values})


@pytest.fixture
def sector(session) -> int:
    return add_sector(session, names={"en": "Sounding", "ar": "سبر"}, parent_id=None, actor=STAFF)


def test_wording_is_changed_shown_in_the_history_and_taken_back(staff, session):
    client = staff(Role.EDITOR)
    address = "/staff/lists/country/KE"
    names = entry_document(session, "country", "KE")["names"]
    done = send(client, address, names_en="Republic of Kenya", names_ar=names["ar"],
                wording_note="As the mission asked on 3 May.", aliases="Kenia\nKenya")  # fmt: skip
    assert done.status_code == 303, done.get_data(as_text=True)
    now = entry_document(session, "country", "KE")
    assert now["names"]["en"] == "Republic of Kenya"
    assert now["names"]["fr"] == names["fr"], "languages that the form does not show stay"
    page = client.get(address).get_data(as_text=True)
    assert "Republic of Kenya" in page
    assert "As the mission asked" in page
    entry = re.search(r'name="entry" value="(\d+)"', page)[1]
    key = re.search(rf'name="submission" value="([^"]+-{entry})"', page)[1]
    back = client.send(f"{address}/revert", {"entry": entry, "submission": key})
    assert back.status_code == 303
    assert entry_document(session, "country", "KE")["names"] == names


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"names_en": " "}, "Give the English wording"),
        ({"names_en": "x" * 200}, "longer than"),
        ({"names_en": "Ken\x07ya"}, "control"),
        ({"names_en": "Kenya", "code": "XX"}, "does not have"),
        ({"names_en": "Kenya", "aliases": "\n".join(f"K{n}" for n in range(100))}, "at most 80"),
    ],
)
def test_wording_that_cannot_be_used_changes_nothing_and_keeps_what_was_typed(
    staff, session, values, words
):
    before = entry_document(session, "country", "KE")
    told = send(staff(Role.EDITOR), "/staff/lists/country/KE",
                **{"wording_note": "kept as typed", **values})  # fmt: skip
    page = told.get_data(as_text=True)
    assert told.status_code == 422
    assert words in page
    assert "kept as typed" in page
    assert entry_document(session, "country", "KE") == before


def test_two_who_word_an_entry_at_once_notice_each_other(staff, session):
    one, other = staff(Role.EDITOR), staff(Role.MEMBERSHIP_MANAGER)
    address = "/staff/lists/country/KE"
    seen = one.get(address).get_data(as_text=True)
    assert send(other, address, names_en="Kenya A").status_code == 303
    told = one.send(address, {
        "submission": hidden(seen, "submission"), "version": hidden(seen, "version"),
        "names_en": "Kenya B",
    })  # fmt: skip
    page = told.get_data(as_text=True)
    assert told.status_code == 409
    assert "Kenya B" in page, "what was typed stays"
    assert "Kenya A" in page, "and what is stored is shown"
    assert entry_document(session, "country", "KE")["names"]["en"] == "Kenya A"


def test_a_sector_is_added_under_another_and_offered(staff, session):
    client = staff(Role.EDITOR)
    above = next(iter(reference(session).sectors))
    done = send(client, "/staff/lists/sector/new", names_en="Tidal assurance", parent_id=str(above))
    assert done.status_code == 303
    new = next(one for one in reference(session).sectors.values() if one.slug == "tidal-assurance")
    assert new.parent == above


def test_a_sector_cannot_stand_under_itself(staff, session, sector):
    told = send(staff(Role.EDITOR), f"/staff/lists/sector/{sector}", names_en="Sounding",
                parent_id=str(sector))  # fmt: skip
    assert told.status_code == 422
    assert "parent_id" not in entry_document(session, "sector", sector)


def test_merging_sectors_tags_organisations_anew_and_keeps_the_old_name_findable(
    staff, session, sector
):
    into = add_sector(session, names={"en": "Listening"}, parent_id=None, actor=STAFF)
    child = add_sector(session, names={"en": "Deep sounding"}, parent_id=sector, actor=STAFF)
    one = make_organisation(session, sectors=(sector,))
    both = make_organisation(session, "Both", sectors=(sector, into))
    done = send(staff(Role.MEMBERSHIP_MANAGER), f"/staff/lists/sector/{sector}/merge",
                into=str(into), reason="They mean the same")  # fmt: skip
    assert done.status_code == 303, done.get_data(as_text=True)
    assert get_record(session, one.id).sectors == (into,)
    assert get_record(session, both.id).sectors == (into,)
    kept = entry_document(session, "sector", into)
    assert {"Sounding", "سبر"} <= set(kept["aliases"])
    assert entry_document(session, "sector", child)["parent_id"] == into
    assert entry_document(session, "sector", sector)["retired_on"]
    (made,) = {entry.cause for entry in history_of(session, "organisation", one.id) if entry.cause}
    undone = undo_change_set(session, int(made.removeprefix("change_set:")), actor=STAFF)
    assert undone.conflicts == []
    assert get_record(session, one.id).sectors == (sector,)
    assert get_record(session, both.id).sectors == tuple(sorted((sector, into)))
    assert "retired_on" not in entry_document(session, "sector", sector)


def test_splitting_a_sector_gives_each_organisation_what_was_chosen(session, sector):
    one = make_organisation(session, sectors=(sector,))
    other = make_organisation(session, "Other", sectors=(sector,))
    ids, touched = split_sector(
        session, sector, [{"en": "High sounding"}, {"en": "Low sounding"}],
        chosen={one.id: [1]}, on=date(2026, 5, 1), actor=STAFF,
    )  # fmt: skip
    assert touched == 2
    assert get_record(session, one.id).sectors == (ids[1],)
    assert get_record(session, other.id).sectors == tuple(ids)
    assert tagged_with(session, sector) == []


def test_a_sector_with_sectors_under_it_is_not_retired(staff, session, sector):
    add_sector(session, names={"en": "Deep sounding"}, parent_id=sector, actor=STAFF)
    told = send(staff(Role.EDITOR), f"/staff/lists/sector/{sector}/retire", reason="unused")
    assert told.status_code == 422
    assert "lie under this one" in told.get_data(as_text=True)
    assert "retired_on" not in entry_document(session, "sector", sector)


def test_a_sector_cannot_be_merged_into_itself_or_a_retired_one(session, sector):
    with pytest.raises(BadInput, match="another sector"):
        merge_sectors(session, sector, sector, on=date(2026, 5, 1), actor=STAFF)


@pytest.mark.parametrize("address", ["/staff/lists", "/staff/lists/sector", "/staff/lists/country",
                                     "/staff/lists/role", "/staff/lists/category",
                                     "/staff/lists/body_kind"])  # fmt: skip
def test_every_list_is_shown(staff, address):
    assert staff(Role.EDITOR).get(address).status_code == 200


@pytest.mark.parametrize("address", ["/staff/lists/planet", "/staff/lists/country/ZZ",
                                     "/staff/lists/sector/none", "/staff/lists/country/new",
                                     "/staff/lists/sector/99999999"])  # fmt: skip
def test_what_is_in_no_list_is_not_found(staff, address):
    assert staff(Role.EDITOR).get(address).status_code == 404


def settings_of(session) -> dict[str, str]:
    now = alliance_settings(session)
    return {
        "contact_address": now.contact_address, "time_zone": now.time_zone,
        "languages": list(now.languages), "licence": now.licence,
        "licence_url": now.licence_url, "name_en": now.name("en"), "name_ar": now.name("ar"),
    }  # fmt: skip


def test_settings_are_changed_and_taken_back(staff, session):
    client = staff(Role.ADMINISTRATOR)
    before = settings_of(session)
    done = send(client, "/staff/settings", **{**before, "name_en": "Safer Web Alliance",
                                              "time_zone": "Africa/Nairobi"})  # fmt: skip
    assert done.status_code == 303, done.get_data(as_text=True)
    assert alliance_settings(session).name("en") == "Safer Web Alliance"
    page = client.get("/staff/settings").get_data(as_text=True)
    entries = re.findall(r'name="entry" value="(\d+)"', page)
    assert len(entries) == 2
    for entry in entries:
        key = re.search(rf'name="submission" value="([^"]+-{entry})"', page)[1]
        back = client.send("/staff/settings/revert", {"entry": entry, "submission": key})
        assert back.status_code == 303
    assert settings_of(session) == before


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("time_zone", "Mars/Olympus", "no time zone"),
        ("contact_address", "nobody", "write it like"),
        ("licence_url", "javascript:alert(1)", "http"),
        ("languages", "xx", "not a valid choice"),
    ],
)
def test_settings_that_cannot_be_used_are_told_beside_their_field(
    staff, session, field, value, words
):
    before = settings_of(session)
    told = send(staff(Role.ADMINISTRATOR), "/staff/settings", **{**before, field: value})
    assert told.status_code == 422
    assert words in told.get_data(as_text=True)
    assert settings_of(session) == before


def test_who_sees_a_field_is_decided_for_all_organisations_at_once(staff, session, client):
    shown = make_organisation(session, website="https://harbour.example", city="Kisumu")
    page = f"/members/{shown.slug}"
    assert "Kisumu" in client.get(page).get_data(as_text=True)
    admin = staff(Role.ADMINISTRATOR)
    form = admin.get("/staff/settings/visibility").get_data(as_text=True)
    levels = dict.fromkeys(re.findall(r'<select[^>]*name="(\w+)"', form), "public")
    done = send(admin, "/staff/settings/visibility", **{**levels, "city": "secretariat"})
    assert done.status_code == 303
    assert "Kisumu" not in client.get(page).get_data(as_text=True)
    assert "harbour.example" in client.get(page).get_data(as_text=True)
