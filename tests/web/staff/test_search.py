"""Search page and palette: the same results, in few statements, and no more than is allowed."""

from urllib.parse import quote

import pytest

from alliance.accounts.permissions import Role
from alliance.accounts.queries.recent import opened, who_looked
from alliance.core import clock
from alliance.directory.operations.states import archive_contact, delete_contact
from alliance.directory.rules.records import Address
from alliance.reactions import commit
from tests.factories.directory import (
    STAFF,
    make_affiliation,
    make_contact,
    make_organisation,
)
from tests.statements import statements_sent

TODAY = clock.now().date()


@pytest.fixture
def made(session):
    light = make_organisation(session, "Harbour Light", notes="unicorn")
    person = make_contact(
        session, "Żaneta Gołębiewska", addresses=(Address("zg@canary-address.example"),),
        phones=("+48221234567",), notes="canary note",
    )  # fmt: skip
    make_affiliation(session, organisation=light, contact=person)
    commit(session)
    return {"light": light.id, "person": person.id}


def text_of(response):
    return response.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/staff/palette", "/staff/search"])
def test_records_come_before_pages_and_actions(staff, made, path):
    page = text_of(staff(Role.MEMBERSHIP_MANAGER).get(f"{path}?q=har"))
    assert f'href="/staff/organisations/{made["light"]}"' in page
    page = text_of(staff(Role.MEMBERSHIP_MANAGER).get(f"{path}?q=imp"))
    assert 'href="/staff/imports"' in page
    assert 'href="/staff/imports"' not in text_of(staff(Role.AUDITOR).get(f"{path}?q=imp"))


@pytest.mark.parametrize("path", ["/staff/palette", "/staff/search"])
def test_addresses_of_people_find_them_for_who_may_see_addresses(staff, made, path):
    link = f'href="/staff/contacts/{made["person"]}"'
    for typed in ("zg@canary-address.example", "canary", "48221234567"):
        found = text_of(staff(Role.ENGAGEMENT_OFFICER).get(path, query_string={"q": typed}))
        assert link in found, typed
        hidden = text_of(staff(Role.EDITOR).get(path, query_string={"q": typed}))
        assert link not in hidden
        assert "canary-address" not in hidden.replace(typed, "").replace(quote(typed, safe=""), "")
    by_name = text_of(staff(Role.EDITOR).get(f"{path}?q=golebiewska"))
    assert link in by_name
    assert "Primary contact, Harbour Light" in by_name
    assert "canary" not in by_name


@pytest.mark.parametrize("path", ["/staff/palette", "/staff/search"])
@pytest.mark.parametrize("typed", ["unicorn", "canary note"])
def test_staff_notes_are_not_searched(staff, made, path, typed):
    page = text_of(staff(Role.ADMINISTRATOR).get(path, query_string={"q": typed}))
    assert "/staff/organisations/1" not in page
    assert f'/staff/contacts/{made["person"]}"' not in page
    assert f'/staff/organisations/{made["light"]}"' not in page


def test_a_misspelt_name_is_met_halfway(staff, made):
    page = text_of(staff(Role.EDITOR).get("/staff/palette?q=harbuor"))
    assert "Spelt alike" in page
    assert "Harbour Light" in page


def test_archived_people_come_last_and_deleted_ones_not_at_all(staff, session, made):
    archived, deleted = make_contact(session, "Zaneta Away"), make_contact(session, "Zaneta Gone")
    archive_contact(session, archived.id, on=TODAY, actor=STAFF)
    delete_contact(session, deleted.id, on=TODAY, actor=STAFF)
    commit(session)
    page = text_of(staff(Role.EDITOR).get("/staff/palette?q=zaneta"))
    assert page.index("Gołębiewska") < page.index("Zaneta Away")
    assert "archived" in page
    assert "Zaneta Gone" not in page


@pytest.mark.parametrize("typed", ["a" * 150, "\x07", "%", "'", '"><script>', "!!!", "٪"])
def test_hostile_words_are_words(staff, made, typed):
    for path in ("/staff/palette", "/staff/search"):
        response = staff(Role.EDITOR).get(path, query_string={"q": typed})
        assert response.status_code in (200, 400)
        assert "<script>" not in text_of(response)


@pytest.mark.parametrize("typed", ["", "h", "harbour light", "golebiewska", "harbuor lihgt"])
def test_the_palette_takes_four_statements_at_most(app, staff, made, typed):
    client = staff(Role.MEMBERSHIP_MANAGER)
    client.get("/staff/palette?q=har")
    with statements_sent(app) as sent:
        assert client.get("/staff/palette", query_string={"q": typed}).status_code == 200
    assert len(sent) <= 4, sent


def test_what_was_opened_lately_comes_first_when_nothing_is_typed(staff, session, made):
    client, other = staff(Role.EDITOR), staff(Role.AUDITOR)
    opened(session, client.account.id, "organisation", made["light"], clock.now())
    opened(session, client.account.id, "contact", made["person"], clock.now())
    opened(session, client.account.id, "contact", made["person"], clock.now())
    opened(session, client.account.id, "contact", 999_999, clock.now())
    session.commit()
    page = text_of(client.get("/staff/palette"))
    assert (
        page.index("Gołębiewska")
        < page.index("Harbour Light")
        < page.index("Import" if "Import" in page else "Home")
    )
    assert "Harbour Light" not in text_of(other.get("/staff/palette"))
    (looked,) = who_looked(session, "contact", made["person"])
    assert (looked.name, looked.times) == (client.account.name, 2)


def test_nobody_else_searches(client, made):
    for path in ("/staff/palette?q=har", "/staff/search?q=har"):
        response = client.get(path)
        assert response.status_code == 303
        assert "Harbour" not in text_of(response)
