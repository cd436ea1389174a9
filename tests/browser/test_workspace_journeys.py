"""A day of an administrator by keyboard alone: each thing found, changed, met, and taken back."""

import re

import pytest
from playwright.sync_api import expect

from alliance.accounts.permissions import Role
from alliance.core.db import db
from alliance.directory.rules.records import Address
from alliance.reactions import commit
from tests.browser.workspace import FAULTY_SHEET, Keys, changed_meanwhile
from tests.factories.accounts import PASSWORD, code_now, give_totp, make_account
from tests.factories.directory import (
    make_affiliation,
    make_contact,
    make_organisation,
    make_organisations,
    organisation,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def stored(workspace):
    """Stores what `make(session)` makes, and gives it."""

    def store(make):
        with workspace.app.app_context():
            made = make(db.session())
            commit(db.session())
            return made

    return store


def test_one_signs_in_with_a_code_finds_opens_edits_and_saves(visit, workspace, stored):
    def make(session):
        account = make_account(session, Role.ADMINISTRATOR)
        give_totp(session, account, workspace.app.config["ALLIANCE"])
        make_organisation(session, "Quiet Lagoon Trust", city="Lamu")
        return account.email

    email = stored(make)
    keys = Keys(visit("/staff/", address=workspace.address))
    keys.field("email", email)
    keys.field("password", PASSWORD)
    keys.press("Enter")
    keys.title("Second step")
    keys.field("code", code_now())
    keys.press("Enter")
    keys.title("Home")
    find(keys, "quiet lag", "Quiet Lagoon Trust")
    keys.act(".record-head a", "Edit")
    keys.title("Edit Quiet Lagoon Trust")
    keys.field("city", "Malindi")
    keys.press("Enter")
    keys.title("Quiet Lagoon Trust")
    expect(keys.page.locator("#fact-city [data-fact-value]")).to_have_text("Malindi")
    expect(keys.page.locator("[data-toasts]")).to_contain_text("Saved.")


def find(keys, typed, name):
    """Open a record by the palette."""
    # The title stands before the scripts have run that listen to keys.
    keys.page.wait_for_load_state("load")
    keys.press("Control+k")
    keys.type(typed)
    expect(keys.page.get_by_role("option", name=name).first).to_have_attribute(
        "aria-selected", "true"
    )
    keys.press("Enter")
    keys.title(name)


def test_a_conflict_is_answered_field_by_field_and_a_field_put_back(desk, workspace, stored):
    one = stored(lambda session: make_organisation(session, "Tall Pines", city="Kisumu"))
    keys = Keys(desk(f"/staff/organisations/{one.id}/edit"))
    keys.field("city", "Eldoret")
    keys.field("street", "Hill Road 3")
    keys.field("postcode", "30100", back=True)
    changed_meanwhile(
        workspace, one.id, city="Nakuru", street="Lake Road 9", website="https://p.example"
    )
    keys.press("Enter")
    keys.title("Both of you changed Tall Pines")
    rows = keys.page.locator(".table--conflict tbody tr")
    assert [row.split("\n")[0].split("\t")[0] for row in rows.all_inner_texts()] == [
        "City",
        "Street",
        "Postcode",
    ]
    expect(rows.first).to_contain_text("Ada of the secretariat")
    # Theirs is chosen until one says otherwise; an arrow goes over to one's own.
    keys.to("[name=keep-city]")
    keys.press("ArrowRight")
    keys.to("[name=keep-street]")
    keys.act(".form-actions [type=submit]")
    keys.title("Tall Pines")
    facts = {field: text_of(keys, field) for field in ("city", "street", "postcode", "website")}
    assert facts == {
        "city": "Eldoret",
        "street": "Lake Road 9",
        "postcode": "30100",
        "website": "p.example",
    }
    keys.to("#fact-city a", "History of City")
    keys.press("Enter")
    panel = keys.page.locator("[data-peek-body]")
    expect(panel).to_contain_text("Nakuru")
    keys.act("[data-peek-body] button", "Put the earlier value back")
    keys.page.wait_for_load_state()
    expect(keys.page.locator("#fact-city [data-fact-value]")).to_have_text("Nakuru")


def text_of(keys, field):
    return keys.page.locator(f"#fact-{field} [data-fact-value]").inner_text()


def test_a_fact_is_changed_where_it_stands_and_taken_back(desk, stored):
    one = stored(lambda session: make_organisation(session, "Low Pines", city="Kisumu"))
    keys = Keys(desk(f"/staff/organisations/{one.id}"))
    keys.act("#fact-city a", "Edit City")
    expect(keys.page.locator("#fact-city input[name=city]")).to_be_focused()
    keys.type("Homa Bay")
    keys.press("Enter")
    expect(keys.page.locator("#fact-city [data-fact-value]")).to_have_text("Homa Bay")
    expect(keys.page.locator("#fact-city [data-edit]")).to_be_focused()
    assert keys.loads == 0
    keys.act("[data-toasts] button", "Undo")
    expect(keys.page.locator("#fact-city [data-fact-value]")).to_have_text("Kisumu")


def test_a_person_moves_to_another_organisation(desk, stored):
    def make(session):
        make_organisation(session, "New Shore House")
        person = make_contact(session, "Amina Yusuf", addresses=(Address("amina@shore.example"),))
        old = make_organisation(session, "Old Shore House")
        make_affiliation(session, organisation=old, contact=person)
        return person

    person = stored(make)
    keys = Keys(desk(f"/staff/contacts/{person.id}"))
    keys.act("[popovertarget=person-acts]")
    keys.act("#person-acts a", "Move to another organisation")
    keys.title("Move to another organisation")
    keys.field("organisation", "New Sho")
    expect(keys.page.get_by_role("option", name="New Shore House")).to_be_visible()
    keys.press("ArrowDown", "Enter")
    expect(keys.page.locator("[name=organisation]")).to_have_value(re.compile("New Shore House #"))
    keys.act(".form-actions [type=submit]")
    keys.title("Amina Yusuf")
    places = keys.page.locator("[aria-labelledby=works-title]")
    expect(places).to_contain_text("New Shore House")
    expect(places.locator("summary")).to_have_text("1 earlier role")


def test_a_view_is_saved_and_opened(desk):
    keys = Keys(desk("/staff/organisations"))
    keys.act("[popovertarget=filter-sheet]")
    keys.to("#filter-sheet [name=category][value=company]")
    keys.press("Space")
    keys.act("#filter-sheet [type=submit]")
    keys.page.wait_for_url("**category=company**")
    count = keys.page.locator(".list-tools__count").inner_text()
    keys.act(".tabs__link", "Save view")
    keys.title("Save view")
    keys.field("name", "Companies of mine")
    keys.press("Enter")
    keys.title("Organisations")
    assert "view=" in keys.page.url
    expect(keys.page.locator(".tabs [aria-current=page]")).to_contain_text("Companies of mine")
    expect(keys.page.locator(".list-tools__count")).to_have_text(count)
    keys.there.go("/staff/organisations")
    keys.act(".tabs__link", "Companies of mine")
    expect(keys.page.locator(".list-tools__count")).to_have_text(count)


def test_a_range_is_changed_at_once_after_a_look_and_taken_back(desk, stored):
    names = [f"Ridge Camp {number}" for number in range(1, 6)]
    stored(lambda session: make_organisations(session, [organisation(name) for name in names]))
    keys = Keys(desk("/staff/organisations?q=%22ridge+camp%22&sort=name"))
    expect(keys.page.locator("[data-row]")).to_have_count(5)
    keys.to("[data-select]")
    keys.press("Space")
    for _ in range(3):
        keys.to("[data-select]")
    keys.press("Shift+Space")
    expect(keys.page.locator(".selection [data-count]")).to_have_text("4 selected")
    keys.act("#selection button", "Change")
    keys.page.wait_for_selector("[name=act]")
    keys.choose("act", "set_country")
    keys.act(".form-actions [type=submit]")
    keys.page.wait_for_selector("[name=country]")
    keys.to("[name=country]")
    keys.page.keyboard.type("Uganda")
    keys.act(".form-actions [type=submit]", "Look at what would change")
    expect(keys.page.locator(".figures")).to_contain_text("4")
    expect(keys.page.locator("main")).to_contain_text("Uganda")
    keys.field("reason", "Moved house")
    keys.act(".form-actions [type=submit]", "Change 4 records")
    keys.page.wait_for_url("**/staff/change-sets/*")
    expect(keys.page.locator("main")).to_contain_text("Moved house")
    countries(keys, "Uganda", 4)
    keys.page.go_back()
    keys.act(".page-head button", "Undo this change set")
    expect(keys.page.locator("main")).to_contain_text("4 records were put back.")
    countries(keys, "Uganda", 0)


def countries(keys, name, count):
    """The list shows so many of the camps in the country of this name."""
    keys.there.go("/staff/organisations?q=%22ridge+camp%22&sort=name")
    expect(keys.page.locator("[data-row]", has_text=name)).to_have_count(count)


def test_a_sheet_is_imported_in_four_steps_and_taken_back_in_one(desk):
    """Journey J5: file, columns, rows with their mending, report; then all back in one step."""
    keys = Keys(desk("/staff/imports/new"))
    keys.to("[name=pasted]")
    keys.page.keyboard.insert_text(FAULTY_SHEET.format(name="Glimmer", key="glimmer"))
    steps = []

    def step(title, selector, text):
        keys.act(selector, text)
        keys.title(title)
        steps.append(text)

    step("What the columns mean", ".form-actions [type=submit]", "Read the table")
    step("What would become of the rows", "[type=submit]", "Check the rows")
    expect(keys.page.locator("main")).to_contain_text("1 row has errors and is left out.")
    keys.to(".input--cell[aria-invalid=true]")
    expect(keys.page.locator("main")).to_contain_text("Did you mean “Kenya”?")
    keys.type("Kenya")
    keys.press("Enter")
    expect(keys.page.locator("main")).not_to_contain_text("has errors and is left out")
    steps.append("Enter in the cell")
    step(re.compile("Import [0-9]+"), "[type=submit]", "Import 2 rows")
    expect(keys.page.locator("main")).to_contain_text("The import is stored")
    assert len(steps) == 4, steps
    # Each step leads to one page; nobody is sent around by others.
    assert keys.loads == 4
    report = keys.page.url
    keys.there.go("/staff/organisations?q=glimmer")
    expect(keys.page.locator("[data-row]")).to_have_count(2)
    keys.there.go(report)
    keys.loads = 0
    step(re.compile("Import [0-9]+"), "[type=submit]", "Undo the whole import")
    assert keys.loads == 1
    expect(keys.page.locator("main")).to_contain_text("records were removed")
    keys.there.go("/staff/organisations?q=glimmer")
    expect(keys.page.locator("[data-row]")).to_have_count(0)


def test_what_is_seen_is_exported(desk, stored):
    stored(lambda session: make_organisation(session, "Exported Hearts"))
    keys = Keys(desk("/staff/organisations?q=%22exported+hearts%22"))
    keys.act(".list-tools a", "Export")
    keys.title("Export")
    expect(keys.page.locator("main")).to_contain_text("One organisation.")
    keys.choose("kind", "csv")
    with keys.page.expect_download() as waiting:
        keys.act(".form-actions [type=submit]", "Download")
    text = waiting.value.path().read_text(encoding="utf-8-sig")
    assert "Exported Hearts" in text
    assert len(text.splitlines()) == 2
