"""Everything that the pages say and do with script they say and do without it."""

import pytest
from playwright.sync_api import expect

from tests.browser.alliance import OWN_PAGES

pytestmark = pytest.mark.browser

# Left out: what only script can do, the button that script makes needless, and numbers of errors.
_TEXT = """() => {
  const only = "[data-copy], [data-save], [data-print], [data-needs-script], [data-toast-close],"
    + " .selection, .facets__end, .empty code";
  for (const one of document.querySelectorAll(`main :is(${only})`)) one.remove();
  return document.querySelector("main").innerText.replace(/\\s+/g, " ");
}"""


def test_every_page_says_the_same_without_script(visit):
    with_script, without = visit(), visit(script=False)
    differing = []
    for name, path in OWN_PAGES.items():
        told = []
        for one in (with_script, without):
            one.go(path)
            told.append(one.page.evaluate(_TEXT))
        if told[0] != told[1]:
            differing.append(name)
    assert differing == []


@pytest.mark.parametrize("name", ["list", "list-filtered", "list-misspelt", "list-end", "table"])
def test_the_same_address_gives_the_same_rows_without_script(visit, name):
    with_script = visit(OWN_PAGES[name])
    without = visit(OWN_PAGES[name], script=False)
    assert with_script.names()
    assert without.names() == with_script.names()
    assert without.count() == with_script.count()


def test_search_and_filters_work_without_script(visit):
    there = visit("/members", script=False)
    there.page.locator("#search-q").fill("a")
    there.page.get_by_role("button", name="Search").click()
    expect(there.page).to_have_url(f"{there.address}/members?q=a&as_of=&sort=")
    there.page.get_by_label("Company", exact=False).first.check()
    there.page.get_by_role("button", name="Show results").click()
    assert "category=company" in there.page.url
    assert "q=a" in there.page.url
    expect(there.page.locator(".rows .kind").first).to_have_text("Company")
    there.page.locator(".chip", has_text="Company").click()
    assert "category=company" not in there.page.url
    there.page.locator(".segmented").get_by_text("Table").click()
    assert there.page.locator(".table__name").count() > 0
    there.page.locator(".table__name").first.click()
    assert there.page.locator(".record-head h1").count() == 1


def test_menu_and_filters_open_on_a_phone_without_script(visit):
    there = visit("/members", width=360, script=False)
    there.page.get_by_role("button", name="Menu").click()
    expect(there.page.get_by_role("link", name="About", exact=True)).to_be_visible()
    there.page.keyboard.press("Escape")
    there.page.get_by_role("button", name="Filters").click()
    there.page.locator("#facets label", has_text="Company").click()
    there.page.get_by_role("button", name="Show results").click()
    assert "category=company" in there.page.url
    expect(there.page.locator("#facets")).to_be_hidden()
    expect(there.page.get_by_role("button", name="Filters (1)")).to_be_visible()
