"""The history's pages: whoever may see it finds what was done, and nothing that is hidden."""

import csv
import io
import json
import re

import pytest

from alliance.accounts.permissions import Role
from alliance.audit.operations import Note, record
from alliance.audit.queries import history_of, last_entry
from alliance.core import clock
from alliance.core.actor import SYSTEM
from alliance.reactions import commit
from tests.factories.directory import (
    STAFF,
    change_organisation,
    make_contact,
    make_organisation,
)

CANARY = "canary-7f3a"


@pytest.fixture
def stored(session):
    """An organisation that was added, moved to Mombasa, and noted about."""
    made = make_organisation(session, "Safe <b>Shore</b>")
    change_organisation(session, made.id, city="Mombasa")
    change_organisation(session, made.id, notes=f"note {CANARY}")
    commit(session)
    return made


def text_of(response):
    return re.sub(r"\s+", " ", response.get_data(as_text=True))


def newest(session, stored):
    return history_of(session, "organisation", stored.id)


def test_entries_are_told_newest_first_with_from_and_to(staff, stored):
    page = staff(Role.MEMBERSHIP_MANAGER).get("/staff/history")
    assert page.status_code == 200
    text = text_of(page)
    assert "changed City of" in text
    assert "Mombasa" in text
    assert text.index("changed Staff notes") < text.index("changed City")
    assert "<b>Shore" not in text
    assert f"/staff/organisations/{stored.id}" in text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("role", [Role.ENGAGEMENT_OFFICER, Role.EDITOR])
def test_who_may_not_see_the_history_is_told_so(staff, stored, role):
    client = staff(role)
    for address in ("/staff/history", "/staff/history/1", "/staff/history?field=city"):
        assert client.get(address).status_code == 403
    assert client.send("/staff/history/export.csv").status_code == 403


def test_nobody_who_is_not_signed_in_sees_it(client, stored):
    assert client.get("/staff/history").status_code == 303


def test_what_an_auditor_may_not_see_is_in_no_page_and_no_file(staff, session, stored):
    client = staff(Role.AUDITOR)
    hidden = newest(session, stored)[0]
    assert CANARY not in text_of(client.get("/staff/history"))
    assert "Staff notes" not in text_of(client.get("/staff/history"))
    assert client.get(f"/staff/history/{hidden.id}").status_code == 404
    for form in ("csv", "jsonl"):
        told = client.send(f"/staff/history/export.{form}")
        assert told.status_code == 200
        assert CANARY not in told.get_data(as_text=True)
        assert "Mombasa" in told.get_data(as_text=True)
    assert "No entry fits" in text_of(client.get("/staff/history?field=notes"))


def test_a_manager_sees_what_the_auditor_does_not(staff, session, stored):
    client = staff(Role.MEMBERSHIP_MANAGER)
    shown = client.get(f"/staff/history/{newest(session, stored)[0].id}")
    assert CANARY in text_of(shown)


def test_one_entry_is_told_field_by_field(staff, session, stored):
    entry = newest(session, stored)[1]
    text = text_of(staff().get(f"/staff/history/{entry.id}"))
    assert "City" in text
    assert "Mombasa" in text
    assert STAFF.name in text
    assert staff().get("/staff/history/999999999999").status_code == 404


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("kind=organisation", True),
        ("kind=contact", False),
        ("action=changed", True),
        ("action=removed", False),
        ("field=city", True),
        ("field=City", True),
        ("field=telephone", False),
        ("who=Ada of the secretariat", True),
        ("who=Nobody", False),
        ("from=2001-01-01&to=2199-01-01", True),
        ("to=2001-01-01", False),
        ("from=2199-01-01", False),
        ("cause=import:1", False),
    ],
)
def test_filters_choose_entries(staff, stored, query, fits):
    page = staff().get(f"/staff/history?{query}")
    assert page.status_code == 200
    assert ("changed City of" in text_of(page)) is fits


def test_the_history_of_one_record_holds_no_other(staff, session, stored):
    other = make_organisation(session, "Harbour Light")
    change_organisation(session, other.id, city="Nakuru")
    commit(session)
    text = text_of(staff().get(f"/staff/history?kind=organisation&id={stored.id}"))
    assert "Mombasa" in text
    assert "Nakuru" not in text


@pytest.mark.parametrize(
    "query", ["from=yesterday", "to=2026-02-30", "id=x", "from=2026-02-02&to=2026-01-01"]
)
def test_what_cannot_be_used_is_told_beside_the_field_and_kept(staff, stored, query):
    page = staff().get(f"/staff/history?{query}")
    assert page.status_code == 400
    text = text_of(page)
    assert "error-summary" in text
    assert f'value="{query.split("=")[1].split("&")[0]}"' in text


@pytest.mark.parametrize("value", ["<script>", "%00", "';--", "\u202e", "x" * 5000, "9" * 40])
@pytest.mark.parametrize("name", ["who", "kind", "action", "field", "cause", "before"])
def test_hostile_filters_find_nothing_and_break_nothing(staff, stored, name, value):
    page = staff().get("/staff/history", query_string={name: value})
    assert page.status_code in (200, 400)
    assert "<script>" not in page.get_data(as_text=True)


def test_older_entries_are_on_the_next_page(staff, session, stored):
    notes = [Note("changed", "contact", 1, f"Number {n}", {"name": ("a", "b")}) for n in range(60)]
    record(session, SYSTEM, notes, at=clock.now())
    commit(session)
    client = staff()
    first = text_of(client.get("/staff/history?kind=contact"))
    (older,) = re.findall(r'href="([^"]*before=\d+[^"]*)"', first)
    second = text_of(client.get(older.replace("&amp;", "&")))
    assert "Number 59" in first
    assert "Number 9<" in second
    assert "Number 59" not in second


def test_an_export_is_itself_in_the_history(staff, session, stored):
    client = staff(Role.MEMBERSHIP_MANAGER)
    done = client.send("/staff/history/export.jsonl?kind=organisation")
    rows = [json.loads(line) for line in done.get_data(as_text=True).splitlines()]
    assert {row["subject_kind"] for row in rows} == {"organisation"}
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    entry = last_entry(session, "history", "exported")
    assert entry.actor_name == client.account.name
    assert entry.changes["filters"] == [None, {"kind": "organisation"}]


def test_formulas_in_an_export_are_harmless(staff, session):
    make_contact(session, "=cmd|' /C calc'!A0")
    commit(session)
    done = staff(Role.MEMBERSHIP_MANAGER).send("/staff/history/export.csv?kind=contact")
    (row,) = csv.DictReader(io.StringIO(done.get_data(as_text=True)))
    assert row["subject_name"].startswith("'=")


def test_an_export_asks_for_a_fresh_proof(staff, session, stored):
    done = staff(Role.MEMBERSHIP_MANAGER, minutes_ago=20).send("/staff/history/export.csv")
    assert done.status_code == 403
    assert "Mombasa" not in done.get_data(as_text=True)
    assert last_entry(session, "history", "exported") is None


def test_an_export_without_the_token_against_forgery_is_refused(staff, session, stored):
    client = staff(Role.MEMBERSHIP_MANAGER)
    assert client.post("/staff/history/export.csv").status_code == 400
    assert client.send("/staff/history/export.xml").status_code == 404
    assert last_entry(session, "history", "exported") is None


def test_the_page_tells_where_the_chain_ends(staff, session, stored):
    text = text_of(staff().get("/staff/history"))
    assert re.search(r"<code>\d+:[0-9a-f]{64}</code>", text)
    assert "never" in text


def test_the_history_is_told_in_the_readers_language(staff, stored):
    page = staff().get("/staff/history?lang=ar")
    assert 'dir="rtl"' in page.get_data(as_text=True)
