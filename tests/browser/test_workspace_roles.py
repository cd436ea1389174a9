"""What each role does all day, by keyboard alone, and that it is offered nothing it may not do."""

import re

import pytest
from playwright.sync_api import expect

from alliance.accounts.permissions import Role
from alliance.core.db import db
from alliance.directory.rules.records import Address
from alliance.reactions import commit
from tests.browser.workspace import Keys
from tests.factories.directory import make_affiliation, make_contact, make_organisation

pytestmark = pytest.mark.browser

# Where links lead that only some may follow.
DOORS = {
    "add organisations": r"/staff/organisations/new",
    "edit organisations": r"/staff/organisations/\d+/(edit|rename|listed|parent|visibility)",
    "remove organisations": r"/staff/organisations/\d+/(archive|delete)",
    "memberships": r"/staff/organisations/\d+/membership/",
    "add people": r"/staff/contacts/new|/staff/organisations/\d+/people/add",
    "edit people": r"/staff/contacts/\d+/(edit|move|leave|affiliate)|/staff/affiliations/",
    "remove people": r"/staff/contacts/\d+/(archive|delete)",
    "notes": r"/staff/organisations/\d+/notes",
    "import": r"/staff/imports",
    "export": r"/staff/(organisations|contacts)/export",
    "bulk": r"/staff/(organisations|contacts)/bulk|/staff/change-sets",
    "history": r"/staff/history$",
    "lists": r"/staff/lists",
    "settings": r"/staff/settings",
    "accounts": r"/staff/accounts",
    "tokens": r"/staff/tokens",
}
OPEN = ("/staff/", "/staff/organisations", "/staff/contacts")
OFFERED = {
    Role.MEMBERSHIP_MANAGER: set(DOORS) - {"settings", "accounts", "tokens"},
    Role.ENGAGEMENT_OFFICER: {"add people", "edit people", "notes"},
    Role.EDITOR: {"add organisations", "edit organisations", "memberships", "lists"},
    Role.AUDITOR: {"export", "history"},
}


@pytest.fixture
def harbour(workspace):
    """An organisation with one person who works there, of this test alone."""
    with workspace.app.app_context():
        session = db.session()
        one = make_organisation(session, "Roles House", city="Lamu", notes="CANARY-note")
        person = make_contact(
            session,
            "Zainab Roles",
            addresses=(Address("canary@roles.example"),),
            notes="CANARY-note",
        )
        make_affiliation(session, organisation=one, contact=person)
        commit(session)
    return f"/staff/organisations/{one.id}", f"/staff/contacts/{person.id}"


def _doors(page):
    """The doors that a page shows."""
    found = page.evaluate(
        """() => ["href", "action", "formaction"].flatMap((name) =>
          [...document.querySelectorAll(`[${name}]`)].map((one) => one.getAttribute(name)))"""
    )
    paths = [url.split("?")[0] for url in found]
    return {name for name, door in DOORS.items() if any(re.match(door, one) for one in paths)}


@pytest.mark.parametrize("role", list(OFFERED))
def test_one_is_offered_what_one_may_do_and_nothing_else(desk, harbour, role):
    there = desk(role=role)
    seen = set()
    for path in (*OPEN, *harbour, f"{harbour[0]}/membership"):
        there.go(path)
        seen |= _doors(there.page)
        text = there.page.content()
        if role is Role.EDITOR:
            assert "canary@" not in text
        if role in (Role.EDITOR, Role.AUDITOR):
            assert "CANARY-note" not in text
    assert seen == OFFERED[role]
    there.page.keyboard.press("Control+k")
    there.page.keyboard.type("import")
    there.settle()
    offers = there.page.locator("[data-palette] a[href^='/staff/imports']")
    expect(offers).to_have_count(2 if "import" in OFFERED[role] else 0)


def test_a_membership_manager_adds_a_member_and_someone_who_works_there(desk):
    keys = Keys(desk("/staff/", role=Role.MEMBERSHIP_MANAGER))
    keys.act("[popovertarget=new-menu]")
    keys.act("#new-menu a", "Organisation")
    keys.page.wait_for_url("**/staff/organisations/new")
    keys.field("name", "Sunbird Alliance of Kenya")
    keys.to("[name=category]")
    keys.page.keyboard.type("Civil")
    keys.to("[name=country]")
    keys.page.keyboard.type("Kenya")
    keys.field("city", "Kitale")
    keys.press("Enter")
    keys.title("Sunbird Alliance of Kenya")
    keys.act(".card__head a", "Add")
    keys.page.wait_for_url("**/people/add")


def test_an_engagement_officer_keeps_a_note_and_a_person(desk, harbour):
    organisation, person = harbour
    keys = Keys(desk(organisation, role=Role.ENGAGEMENT_OFFICER))
    keys.act("a", "Add a staff note")
    keys.page.wait_for_selector("[name=text]")
    keys.field("text", "Called about the summer camp.")
    keys.act(".form-actions [type=submit]")
    keys.title("Roles House")
    expect(keys.page.locator(".timeline")).to_contain_text("Called about the summer camp.")
    keys.there.go(person)
    keys.act(".record-head a", "Edit")
    keys.page.wait_for_selector("[name=latin_name]")
    keys.field("latin_name", "Zeinab")
    keys.press("Enter")
    expect(keys.page.locator(".record-head__other")).to_have_text("Zeinab")


def test_an_editor_words_what_the_public_reads(desk, harbour):
    keys = Keys(desk(harbour[0], role=Role.EDITOR))
    keys.act("#fact-description a", "Edit Description")
    expect(keys.page.locator("#fact-description textarea")).to_be_focused()
    keys.type("A house for everybody.")
    keys.press("Control+Enter")
    shown = keys.page.locator("#fact-description [data-fact-value]")
    expect(shown).to_have_text("A house for everybody.")
    keys.press("g", "h")
    keys.title("Home")


def test_an_auditor_reads_the_history_and_takes_it_along(desk, harbour):
    keys = Keys(desk(harbour[0], role=Role.AUDITOR))
    keys.press("g", "y")
    keys.title("History")
    expect(keys.page.locator("main")).to_contain_text("Roles House")
    keys.page.locator("main a[href^='/staff/history/']").first.focus()
    keys.press("Enter")
    keys.page.wait_for_url(re.compile("/staff/history/[0-9]+$"))
    expect(keys.page.locator("main form[method=post]")).to_have_count(0)
