"""Exports hold what a list shows and its reader may see, run nowhere, and are remembered."""

import csv
import io
import json
import re
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from alliance.accounts.permissions import Role
from alliance.audit.queries import history_of
from alliance.directory.rules.records import Address
from alliance.web.staff import exports
from tests.factories.directory import make_affiliation, make_contact, make_organisation

CANARY = "canary-in-a-note"


@pytest.fixture
def people(session):
    here = make_organisation(session, "Harbour Light", notes=CANARY, country="KE")
    there = make_organisation(session, "=cmd|' /C calc'!A0", country="JO")
    person = make_contact(session, "Wanjiru Maina", notes=CANARY, phones=("+254 20 555 0100",),
                          addresses=(Address("wanjiru@harbour.example"),))  # fmt: skip
    make_affiliation(session, organisation=here, contact=person)
    return here, there, person


def download(client, subject: str, kind: str, query: str = "", **chosen):
    page = client.get(f"/staff/{subject}/export?{query}").get_data(as_text=True)
    asked = re.search(r'name="query"[^>]*value="([^"]*)"', page)[1].replace("&amp;", "&")
    return client.send(f"/staff/{subject}/export", {"kind": kind, "query": asked, "ids": "",
                                                    **chosen})  # fmt: skip


def read_csv(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.get_data().decode("utf-8-sig"))))


def test_csv_holds_what_the_list_shows_and_is_remembered(staff, session, people):
    client = staff(Role.MEMBERSHIP_MANAGER)
    rows = read_csv(download(client, "organisations", "csv", "country=KE"))
    assert [row["Name"] for row in rows] == ["Harbour Light"]
    assert rows[0]["Notes"] == CANARY
    (entry,) = history_of(session, "export", 0)
    assert entry.subject_name == "organisations"
    assert entry.changes["count"] == [None, 1]
    assert entry.actor_name == client.account.name


def test_only_what_was_ticked_is_exported(staff, people):
    client, (here, there, _) = staff(Role.MEMBERSHIP_MANAGER), people
    page = client.send("/staff/organisations/export", {"id": str(there.id), "country": "JO"})
    assert "One organisation" in page.get_data(as_text=True)
    rows = read_csv(download(client, "organisations", "csv", ids=str(here.id)))
    assert [row["ID"] for row in rows] == [str(here.id)]


def test_all_that_match_may_be_exported_from_the_bar(staff, people):
    client = staff(Role.MEMBERSHIP_MANAGER)
    page = client.send("/staff/organisations/export", {"id": "1", "all": "yes", "country": "JO"})
    assert 'value="country=JO"' in page.get_data(as_text=True)


def test_no_cell_runs_in_any_table_programme(staff, people):
    client = staff(Role.MEMBERSHIP_MANAGER)
    (row,) = read_csv(download(client, "organisations", "csv", "country=JO"))
    assert row["Name"] == "'=cmd|' /C calc'!A0"
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(download(client, "organisations", "xlsx").get_data())
    )
    cells = [str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row]
    assert "'=cmd|' /C calc'!A0" in cells


def test_json_holds_whole_records(staff, people):
    client, (here, _, person) = staff(Role.MEMBERSHIP_MANAGER), people
    told = json.loads(download(client, "organisations", "json").get_data())
    assert {one["id"] for one in told["organisations"]} >= {here.id}
    told = json.loads(download(client, "contacts", "json").get_data())
    (one,) = [each for each in told["contacts"] if each["id"] == person.id]
    assert one["addresses"][0]["email"] == "wanjiru@harbour.example"
    assert one["affiliations"][0]["role"] == "primary_contact"


def test_contacts_go_into_address_books(staff, people):
    card = download(staff(Role.MEMBERSHIP_MANAGER), "contacts", "vcf").get_data(as_text=True)
    assert "FN:Wanjiru Maina" in card
    assert "ORG:Harbour Light" in card


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        *(("organisations", kind) for kind in ("csv", "xlsx", "json")),
        *(("contacts", kind) for kind in ("csv", "xlsx", "json", "vcf")),
    ],
)
def test_what_a_role_may_not_see_is_in_none_of_its_files(staff, people, subject, kind):
    body = download(staff(Role.AUDITOR), subject, kind).get_data()
    if kind == "xlsx":
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        body = repr(book.get_sheet_by_index(0).to_python()).encode()
    assert CANARY.encode() not in body
    assert b"Harbour Light" in body


@pytest.mark.parametrize("role", [Role.ENGAGEMENT_OFFICER, Role.EDITOR])
def test_who_may_not_export_gets_no_file(staff, session, people, role):
    client = staff(role)
    assert client.get("/staff/organisations/export").status_code == 403
    assert client.send("/staff/contacts/export", {"kind": "csv"}).status_code == 403
    assert history_of(session, "export", 0) == []


def test_an_export_asks_who_one_is_when_that_was_long_ago(staff, session, people):
    client = staff(Role.MEMBERSHIP_MANAGER, minutes_ago=20)
    told = client.send("/staff/organisations/export", {"kind": "csv", "query": "", "ids": ""})
    assert told.mimetype == "text/html"
    assert "Harbour Light" not in told.get_data(as_text=True)
    assert history_of(session, "export", 0) == []


def test_exports_are_capped_by_day(staff, session, people, monkeypatch):
    monkeypatch.setattr(exports, "EXPORTS_A_DAY", "2 per day")
    client = staff(Role.MEMBERSHIP_MANAGER)
    assert [download(client, "contacts", "csv").status_code for _ in range(3)] == [200, 200, 422]
    assert len(history_of(session, "export", 0)) == 2


@pytest.mark.parametrize("values", [{"kind": "exe"}, {"kind": "csv", "role": "administrator"}])
def test_what_the_form_does_not_offer_is_refused(staff, session, people, values):
    told = download(staff(Role.MEMBERSHIP_MANAGER), "organisations", **values)
    assert told.status_code == 422
    assert history_of(session, "export", 0) == []


def test_a_former_affiliation_is_in_the_table_of_contacts(staff, session, people):
    _, there, person = people
    make_affiliation(session, organisation=there, contact=person, role="deputy",
                     ended_on=date(2022, 1, 1))  # fmt: skip
    rows = read_csv(download(staff(Role.MEMBERSHIP_MANAGER), "contacts", "csv"))
    assert {row["In the role until"] for row in rows} == {"", "2022-01-01"}


def test_files_of_the_history_count_among_the_exports_of_the_day(
    staff, session, people, monkeypatch
):
    monkeypatch.setattr(exports, "EXPORTS_A_DAY", "1 per day")
    client = staff(Role.AUDITOR)
    assert client.send("/staff/history/export.csv").status_code == 200
    assert len(history_of(session, "history", 0)) == 1
    told = client.send("/staff/history/export.csv")
    assert told.status_code == 422
    assert "go on tomorrow" in told.get_data(as_text=True)
    assert download(client, "contacts", "csv").status_code == 422
    assert len(history_of(session, "history", 0)) == 1
    assert history_of(session, "export", 0) == []
