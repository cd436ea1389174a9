"""Without script the workspace does the same: forms with groups, bulk, import, search, filters."""

import pytest
from playwright.sync_api import expect

from alliance.core.db import db
from alliance.directory.queries.records import get_record
from alliance.reactions import commit
from tests.browser.workspace import FAULTY_SHEET, changed_meanwhile
from tests.browsers import let_browser_in
from tests.factories.directory import make_organisation, make_organisations, organisation

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser, workspace):
    context = browser.new_context(base_url=workspace.address, java_script_enabled=False)
    context.set_default_timeout(15_000)
    let_browser_in(context, workspace.app, workspace.address, workspace.token)
    yield context.new_page()
    context.close()


@pytest.fixture
def stored(workspace):
    def store(*names):
        with workspace.app.app_context():
            made = make_organisations(db.session(), [organisation(name) for name in names])
            commit(db.session())
            return made

    return store


def test_groups_of_fields_grow_shrink_and_are_saved(page, stored, workspace):
    (one,) = stored("Plain Paper House")
    page.goto(f"/staff/organisations/{one.id}/edit")
    page.locator("[name=city]").fill("Kitui")
    page.get_by_role("button", name="Add a web domain").click()
    entries = page.locator("[data-repeated=domains] [data-entry]")
    assert page.locator("[name=city]").input_value() == "Kitui"
    for number, domain in enumerate(("one.example", "two.example")):
        entries.nth(number).locator("input:not([type=hidden])").first.fill(domain)
        if entries.count() == 1:
            page.get_by_role("button", name="Add a web domain").click()
    entries.first.get_by_role("button", name="Remove").click()
    page.locator(".form-actions [type=submit]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plain Paper House")
    with workspace.app.app_context():
        record = get_record(db.session(), one.id)
    assert record.city == "Kitui"
    assert [found.domain for found in record.domains] == ["two.example"]


def test_many_are_changed_after_a_look_and_put_back(page, stored):
    stored("Paper Boat One", "Paper Boat Two", "Paper Boat Three")
    listed = "/staff/organisations?q=%22paper+boat%22&sort=name"
    page.goto(listed)
    page.get_by_label("Select Paper Boat One").check()
    page.get_by_label("Select Paper Boat Two").check()
    page.locator("#selection button", has_text="Change").click()
    page.locator("[name=act][value=set_country]").check()
    page.locator(".form-actions [type=submit]").click()
    page.locator("[name=country]").select_option("UG")
    page.locator(".form-actions [type=submit]").click()
    expect(page.locator(".figures li, .figures > *").first).to_contain_text("2")
    page.locator(".form-actions [type=submit]").click()
    page.wait_for_url("**/staff/change-sets/*")
    page.goto(listed)
    assert page.locator("[data-row]", has_text="Uganda").count() == 2
    page.go_back()
    page.get_by_role("button", name="Undo this change set").click()
    page.goto(listed)
    assert page.locator("[data-row]", has_text="Uganda").count() == 0


def test_a_sheet_is_pasted_mended_imported_and_taken_back(page):
    page.goto("/staff/imports/new")
    page.locator("[name=pasted]").fill(FAULTY_SHEET.format(name="Linen", key="linen"))
    page.get_by_role("button", name="Read the table").click()
    page.get_by_role("button", name="Check the rows").click()
    page.locator(".input--cell[aria-invalid=true]").fill("Kenya")
    page.locator(".input--cell[aria-invalid=true]").press("Enter")
    expect(page.locator("main")).not_to_contain_text("has errors and is left out")
    page.get_by_role("button", name="Import 2 rows").click()
    expect(page.locator("main")).to_contain_text("The import is stored")
    page.get_by_role("button", name="Undo the whole import").click()
    expect(page.locator("main")).to_contain_text("records were removed")


def test_search_and_filters_find_the_same(page, stored):
    stored("Woollen Hat Society")
    page.goto("/staff/")
    page.locator("#omni").fill("woollen hat")
    page.locator("#omni").press("Enter")
    expect(page.locator("main")).to_contain_text("Woollen Hat Society")
    page.goto("/staff/organisations?q=woollen")
    assert page.locator("[data-row]").count() == 1
    page.goto("/staff/organisations")
    everybody = page.locator(".list-tools__count").inner_text()
    page.get_by_role("button", name="Filters").click()
    page.locator("#filter-sheet [name=category][value=company]").check()
    page.locator("#filter-sheet [type=submit]").click()
    assert set(page.locator("[data-row] .kind").all_inner_texts()) == {"Company"}
    page.locator(".chip", has_text="Company").click()
    assert page.locator(".list-tools__count").inner_text() == everybody


def test_a_conflict_is_shown_and_answered(page, workspace):
    with workspace.app.app_context():
        one = make_organisation(db.session(), "Slate Roof", city="Kisumu")
        commit(db.session())
    page.goto(f"/staff/organisations/{one.id}/edit")
    changed_meanwhile(workspace, one.id, city="Nakuru")
    page.locator("[name=city]").fill("Eldoret")
    page.locator(".form-actions [type=submit]").click()
    expect(page.locator(".table--conflict")).to_contain_text("Nakuru")
    page.locator("[name=keep-city][value=yours]").check()
    page.locator(".form-actions [type=submit]").click()
    expect(page.locator("#fact-city")).to_contain_text("Eldoret")
