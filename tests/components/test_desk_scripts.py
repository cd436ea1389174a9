"""The scripts of the workspace in a browser: keys, selection, palette, quick look, editing."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.browsers import served
from tests.components.desk import make_desk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def desk() -> Flask:
    return make_desk()


@pytest.fixture(scope="module")
def address(desk: Flask) -> Iterator[str]:
    with served(desk) as address:
        yield address


@pytest.fixture
def at_desk(browser: Browser, address: str, desk: Flask) -> Iterator[Page]:
    """A page that fails on script errors and on breaches of the content policy."""
    desk.extensions["desk"]["sent"].clear()
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(8_000)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if "Policy" in said.text else None)
    yield page
    context.close()
    assert troubles == []


def test_the_palette_finds_while_one_types_and_opens_with_enter(at_desk: Page) -> None:
    at_desk.goto("/staff/list")
    at_desk.keyboard.press("Control+k")
    at_desk.keyboard.type("lay")
    expect(at_desk.get_by_role("option", name="Hit lay 1")).to_have_attribute(
        "aria-selected", "true"
    )
    expect(at_desk.locator("[data-palette] [data-count]")).to_have_text("2 results")
    at_desk.keyboard.press("ArrowDown")
    at_desk.keyboard.press("Enter")
    at_desk.wait_for_url("**/staff/o/2")


def test_esc_closes_the_palette_and_gives_focus_back(at_desk: Page) -> None:
    at_desk.goto("/staff/list")
    at_desk.get_by_role("link", name="Member 2", exact=True).focus()
    at_desk.keyboard.press("Control+k")
    expect(at_desk.locator("[data-palette]")).to_be_visible()
    at_desk.keyboard.press("Escape")
    expect(at_desk.locator("[data-palette]")).to_be_hidden()
    expect(at_desk.get_by_role("link", name="Member 2", exact=True)).to_be_focused()


def test_single_keys_move_select_look_and_go(at_desk: Page) -> None:
    at_desk.goto("/staff/list")
    at_desk.keyboard.press("j")
    at_desk.keyboard.press("j")
    expect(at_desk.get_by_role("link", name="Member 2", exact=True)).to_be_focused()
    at_desk.keyboard.press("x")
    expect(at_desk.get_by_role("checkbox", name="Select Member 2")).to_be_checked()
    at_desk.keyboard.press("o")
    expect(at_desk.get_by_text("Look at 2")).to_be_visible()
    at_desk.keyboard.press("Escape")
    expect(at_desk.get_by_role("link", name="Member 2", exact=True)).to_be_focused()
    at_desk.keyboard.press("g")
    at_desk.keyboard.press("m")
    at_desk.wait_for_url("**/staff/organisations")


def test_single_keys_are_text_in_a_field_and_can_be_switched_off(at_desk: Page) -> None:
    at_desk.goto("/staff/form")
    at_desk.get_by_label("Name").first.press_sequentially("xj?")
    expect(at_desk.get_by_label("Name").first).to_have_value("xj?")
    at_desk.get_by_label("Name").first.fill("")
    at_desk.goto("/staff/list")
    at_desk.keyboard.press("?")
    at_desk.get_by_label("Use single keys").uncheck()
    at_desk.keyboard.press("Escape")
    at_desk.keyboard.press("j")
    expect(at_desk.get_by_role("link", name="Member 1", exact=True)).not_to_be_focused()


def test_a_range_is_selected_with_shift_and_the_count_is_told(at_desk: Page) -> None:
    at_desk.goto("/staff/list")
    expect(at_desk.locator(".selection")).to_be_hidden()
    at_desk.get_by_role("checkbox", name="Select Member 2").click()
    at_desk.get_by_role("checkbox", name="Select Member 4").click(modifiers=["Shift"])
    expect(at_desk.locator(".selection [data-count]")).to_have_text("3 selected")
    expect(at_desk.locator(".selection [role=status]")).to_have_text("3 selected")
    whole = at_desk.get_by_role("checkbox", name="Select all on this page")
    assert whole.evaluate("box => box.indeterminate")
    whole.click()
    expect(at_desk.locator(".selection [data-count]")).to_have_text("5 selected")


def test_all_that_match_are_chosen_and_sent_with_the_filters(at_desk: Page, desk: Flask) -> None:
    at_desk.goto("/staff/list")
    at_desk.get_by_role("checkbox", name="Select Member 1").click()
    at_desk.get_by_role("checkbox", name="Select all 64 that match").click()
    expect(at_desk.locator(".selection [data-count]")).to_have_text(
        "All 64 that match are selected"
    )
    at_desk.get_by_role("button", name="Act").click()
    at_desk.wait_for_url("**/staff/act")
    assert desk.extensions["desk"]["sent"] == [
        {"csrf_token": "t", "country": "KE", "all": "yes", "id": "1,2,3,4,5"}
    ]


def test_clear_takes_every_tick_away(at_desk: Page) -> None:
    at_desk.goto("/staff/list")
    at_desk.get_by_role("checkbox", name="Select all on this page").click()
    at_desk.get_by_role("button", name="Clear").click()
    assert at_desk.locator("[data-select]:checked").count() == 0
    expect(at_desk.locator(".selection")).to_be_hidden()


def test_without_script_rows_are_selected_and_sent_all_the_same(
    browser: Browser, address: str, desk: Flask
) -> None:
    desk.extensions["desk"]["sent"].clear()
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/staff/list")
    page.get_by_role("checkbox", name="Select Member 3").click()
    page.get_by_role("button", name="Act").click()
    assert desk.extensions["desk"]["sent"][0]["id"] == "3"
    context.close()


def test_a_fact_is_edited_in_place_and_can_be_undone(at_desk: Page, desk: Flask) -> None:
    desk.extensions["desk"]["state"]["city"] = "Amman"
    at_desk.goto("/staff/record")
    at_desk.get_by_role("link", name="Edit City").click()
    field = at_desk.get_by_label("City")
    expect(field).to_be_focused()
    field.fill("")
    field.press("Enter")
    expect(at_desk.get_by_text("Enter a city.")).to_be_visible()
    field.fill("عمّان")
    field.press("Enter")
    expect(at_desk.locator("#fact-city [data-fact-value]")).to_have_text("عمّان")
    expect(at_desk.get_by_role("link", name="Edit City")).to_be_focused()
    expect(at_desk.get_by_role("status").get_by_role("button", name="Undo")).to_be_visible()
    assert at_desk.url.endswith("/staff/record")


def test_esc_gives_the_old_value_back(at_desk: Page, desk: Flask) -> None:
    desk.extensions["desk"]["state"]["city"] = "Amman"
    at_desk.goto("/staff/record")
    at_desk.get_by_role("link", name="Edit City").click()
    at_desk.get_by_label("City").fill("Aqaba")
    at_desk.keyboard.press("Escape")
    expect(at_desk.locator("#fact-city [data-fact-value]")).to_have_text("Amman")
    expect(at_desk.get_by_role("link", name="Edit City")).to_be_focused()


def test_a_picker_writes_the_name_and_number_of_what_is_chosen(at_desk: Page) -> None:
    at_desk.goto("/staff/form")
    field = at_desk.get_by_label("Stands under").first
    field.press_sequentially("hel")
    expect(at_desk.get_by_role("option", name="Body hel")).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("Body hel #12")
    expect(at_desk.get_by_role("listbox", name="Stands under")).to_be_hidden()
    assert at_desk.url.endswith("/staff/form")


def test_a_likely_duplicate_is_told_while_one_types(at_desk: Page, desk: Flask) -> None:
    at_desk.goto("/staff/form")
    at_desk.get_by_label("Name").first.press_sequentially("Fundacion")
    expect(at_desk.locator("[data-duplicates]")).to_have_text("Like Fundacion")
    assert all(set(one) == {"csrf_token", "name"} for one in desk.extensions["desk"]["sent"])


def test_entries_are_added_with_names_of_their_own_and_removed(at_desk: Page) -> None:
    at_desk.goto("/staff/form")
    at_desk.get_by_role("button", name="Add").click()
    names = at_desk.locator("[data-entry] input")
    expect(names.nth(1)).to_be_focused()
    assert names.nth(1).get_attribute("name") == "names-1-text"
    assert names.nth(1).input_value() == ""
    assert at_desk.locator("[data-entry] button").nth(1).get_attribute("value") == "names-1"
    at_desk.get_by_role("button", name="Remove").first.click()
    assert [one.input_value() for one in names.all()] == [""]
    assert at_desk.url.endswith("/staff/form")


def test_one_is_asked_before_leaving_what_is_not_saved(at_desk: Page) -> None:
    at_desk.goto("/staff/form")
    at_desk.get_by_label("Name").first.press_sequentially("x")
    asked: list[str] = []
    at_desk.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    at_desk.get_by_role("link", name="/staff/organisations").click()
    at_desk.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    assert at_desk.url.endswith("/staff/form")
