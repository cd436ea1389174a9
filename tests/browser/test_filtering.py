"""Narrowing the directory down with script: what follows at once, what stays, what is kept."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# An object that only lives as long as the page is not loaded anew.
_KEEP = "window.kept = document.querySelector('#results-count')"
_IS_KEPT = "window.kept?.isConnected && window.kept === document.querySelector('#results-count')"


def _numbers(text):
    return [int(one) for one in re.findall(r"\d+", text)]


def _box(there, words):
    return there.page.locator("#facets .facet__option", has_text=words).first.locator("input")


def test_ticking_a_filter_announces_the_count_and_keeps_the_focus(visit):
    there = visit("/members")
    before = there.count()
    there.page.evaluate(_KEEP)
    box = _box(there, "Company")
    expected = _numbers(there.page.locator(".facet__option", has_text="Company").inner_text())
    box.focus()
    there.page.keyboard.press("Space")
    expect(there.page).to_have_url(re.compile("category=company"))
    expect(there.page.locator("#results-count")).not_to_have_text(before)
    assert there.page.evaluate(_IS_KEPT), "assistive tools hear only a region that stays"
    assert there.page.locator("#results-count").get_attribute("role") == "status"
    assert _numbers(there.count()) == expected
    assert there.focused("it.id") == "category-company"
    assert box.is_checked()
    assert set(there.page.locator(".rows .kind").all_inner_texts()) == {"Company"}


def test_counts_of_the_other_filters_follow(visit):
    there = visit("/members")
    africa = there.page.locator(".facet__option", has_text="Africa").first.locator(".facet__count")
    before = int(africa.inner_text())
    _box(there, "Company").check()
    expect(africa).not_to_have_text(str(before))
    left = int(africa.inner_text())
    assert left < before
    _box(there, "Africa").check()
    expect(there.page).to_have_url(re.compile("region=africa"))
    expect(there.page.locator("#results-count")).to_have_text(re.compile(rf"^{left} "))


def test_the_address_stays_short_and_restores_everything(visit):
    there = visit("/members")
    _box(there, "Government").check()
    expect(there.page).to_have_url(f"{there.address}/members?category=government")
    there.page.locator("#sort").select_option("joined")
    expect(there.page).to_have_url(re.compile("sort=joined"))
    there.page.locator("#as_of").fill("2015-06-01")
    there.page.locator("#as_of").dispatch_event("change")
    expect(there.page).to_have_url(re.compile("as_of=2015-06-01"))
    expect(there.page.locator("#directory .chip", has_text="2015")).to_be_visible()
    there.settle()
    again = visit(there.page.url.removeprefix(there.address))
    assert again.names() == there.names()
    assert again.count() == there.count()
    assert _box(again, "Government").is_checked()
    assert again.page.locator("#sort").input_value() == "joined"
    assert again.page.locator("#as_of").input_value() == "2015-06-01"


def test_back_and_forward_walk_through_the_changes(visit):
    there = visit("/members")
    counts = [there.count()]
    for words in ("Company", "Government"):
        _box(there, words).check()
        expect(there.page.locator("#results-count")).not_to_have_text(counts[-1])
        counts.append(there.count())
    names = there.names()
    for step in (1, 0):
        there.page.go_back()
        expect(there.page.locator("#results-count")).to_have_text(counts[step])
    expect(_box(there, "Company")).not_to_be_checked()
    assert there.page.url == f"{there.address}/members"
    for step in (1, 2):
        there.page.go_forward()
        expect(there.page.locator("#results-count")).to_have_text(counts[step])
    expect(_box(there, "Government")).to_be_checked()
    assert there.names() == names


def test_back_from_a_member_returns_to_the_same_results(visit):
    there = visit("/members?category=company&view=table")
    names = there.names()
    there.page.locator(".table__name").nth(2).click()
    expect(there.page.locator(".record-head")).to_be_visible()
    there.page.go_back()
    expect(there.page.locator(".table__name")).to_have_count(len(names))
    assert there.names() == names


def test_typing_searches_after_a_pause_and_leaves_the_typing_alone(visit):
    there = visit("/members")
    box = there.page.locator("#search-q")
    box.click()
    box.press_sequentially("Ethopia", delay=30)
    expect(there.page).to_have_url(re.compile("q=Ethopia"))
    expect(there.page.locator(".rows__name").first).to_have_text("Ethiopia")
    assert there.focused("it.id") == "search-q"
    assert box.input_value() == "Ethopia"
    expect(there.page.get_by_text("Nothing is spelt exactly like")).to_be_visible()


def test_a_chip_takes_one_filter_off_and_clear_all_takes_all(visit):
    there = visit("/members?category=government&category=company&region=europe&q=a")
    assert there.page.locator(".chip").count() == 4
    there.page.locator(".chip", has_text="Company").click()
    expect(there.page.locator(".chip")).to_have_count(3)
    expect(_box(there, "Government")).to_be_checked()
    expect(_box(there, "Company")).to_have_count(0)
    there.page.get_by_role("link", name="Clear all").click()
    expect(there.page.locator(".chip")).to_have_count(0)
    assert there.page.locator("#search-q").input_value() == ""
    assert there.page.url == f"{there.address}/members"


def test_changes_in_haste_end_with_the_last_one(visit):
    there = visit("/members")
    there.page.evaluate(
        """() => { for (const code of ["government", "company", "civil_society", "government"])
             document.querySelector(`#category-${code}`).click(); }"""
    )
    expect(there.page).to_have_url(
        f"{there.address}/members?category=company&category=civil_society"
    )
    expect(there.page.locator(".chip")).to_have_count(2)
    there.settle()
    checked = there.page.locator("#facets input:checked")
    assert sorted(one.get_attribute("value") for one in checked.all()) == [
        "civil_society",
        "company",
    ]


def test_the_sheet_of_filters_on_a_phone_stays_open_while_ticking(visit):
    there = visit("/members", width=360)
    there.page.get_by_role("button", name="Filters").click()
    before = there.page.locator("#results-count").text_content()
    there.page.locator("#facets label", has_text="Company").click()
    expect(there.page.locator("#results-count")).not_to_have_text(before)
    expect(there.page.locator("#facets")).to_be_visible()
    there.page.get_by_role("button", name="Show results").click()
    expect(there.page.locator("#facets")).to_be_hidden()
    expect(there.page.get_by_role("button", name="Filters (1)")).to_be_visible()


def test_the_address_can_be_copied(visit):
    there = visit("/members?category=company", permissions=["clipboard-read", "clipboard-write"])
    there.page.get_by_role("button", name="Copy link").click()
    expect(there.page.locator("[data-said]").first).not_to_have_text("Copy link")
    assert there.page.evaluate("navigator.clipboard.readText()") == there.page.url
