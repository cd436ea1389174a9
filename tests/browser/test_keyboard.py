"""The main tasks with the keyboard alone: what has the focus can be seen, and comes in order."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.alliance import REFUSED

pytestmark = pytest.mark.browser

# What is wrong with where the focus is: nothing, or words.
_STOP = """(it) => {
  const ringed = (one) => {
    const style = one && getComputedStyle(one);
    return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const name = `${it.tagName}.${it.getAttribute("class")} “${it.textContent.trim().slice(0, 30)}”`;
  if (it === document.body) return "";
  if (it.tabIndex > 0) return `${name} jumps the queue`;
  if (it.id !== "main" && !ringed(it) && !ringed(it.parentElement)) return `${name} has no ring`;
  const box = it.getClientRects()[0];
  if (!box) return `${name} cannot be seen`;
  const x = Math.min(Math.max(box.x + box.width / 2, 1), innerWidth - 1);
  const y = Math.min(Math.max(box.y + Math.min(box.height / 2, 20), 1), innerHeight - 1);
  if (box.bottom < 0 || box.top > innerHeight) return `${name} is out of sight`;
  const top = document.elementFromPoint(x, y);
  if (!it.contains(top) && !top?.closest("label")?.contains(it)) return `${name} is covered`;
  return "";
}"""
# Neighbours on one line of a group, in the order of the keyboard, that stand against the reading.
_BACKWARDS = """(groups) => {
  const found = [], rtl = document.documentElement.dir === "rtl";
  for (const group of document.querySelectorAll(groups)) {
    const stops = [...group.querySelectorAll("a[href], button, input, select")];
    const boxes = stops.map((one) => one.getBoundingClientRect()).filter((box) => box.width > 1);
    for (let n = 1; n < boxes.length; n++) {
      const [one, two] = [boxes[n - 1], boxes[n]];
      const isSameLine = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top) > 8;
      if (isSameLine && (rtl ? two.left >= one.left : two.left <= one.left))
        found.push(`${group.className}: ${n}`);
      if (!isSameLine && two.top < one.top) found.push(`${group.className}: ${n} goes up`);
    }
  }
  return found;
}"""
GROUPS = ".topbar__line, .tally, .search__box, .results-tools, .rows, .results-end, .footer__in"


def _tab(there, key="Tab"):
    there.page.keyboard.press(key)
    wrong = there.focused(f"({_STOP})(it)")
    assert not wrong, f"{there.page.url}: {wrong}"


def _tab_to(there, selector, most=90, key="Tab"):
    for _ in range(most):
        _tab(there, key)
        if there.focused(f"it.matches({selector!r})"):
            return
    pytest.fail(f"{selector} is not reached by {most} strokes of {key}")


def test_a_member_is_found_and_opened(visit):
    there = visit("/members")
    _tab(there)
    assert there.focused("it.matches('.skip')")
    there.page.keyboard.press("Enter")
    assert there.focused("it.id") == "main"
    _tab_to(there, "#search-q", most=8)
    there.page.keyboard.type("Kenya")
    there.page.keyboard.press("Enter")
    expect(there.page).to_have_url(re.compile("q=Kenya"))
    expect(there.page.locator(".rows__name").first).to_have_text("Kenya")
    there.settle()
    _tab_to(there, ".rows__name a")
    there.page.keyboard.press("Enter")
    expect(there.page.locator(".record-head h1")).to_have_text("Kenya")
    there.page.go_back()
    expect(there.page.locator(".rows__name").first).to_have_text("Kenya")


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_list_is_narrowed_and_seen_another_way(visit, lang):
    there = visit("/members", lang=lang)
    everybody = there.count()
    _tab_to(there, "#category-company")
    there.page.keyboard.press("Space")
    expect(there.page.locator("#results-count")).not_to_have_text(everybody)
    there.settle()
    assert there.focused("it.id") == "category-company"
    _tab_to(there, ".segmented__link:nth-child(2)")
    there.page.keyboard.press("Enter")
    expect(there.page).to_have_url(re.compile("view=table"))
    _tab_to(there, ".chip")
    there.page.keyboard.press("Enter")
    expect(there.page.locator("#results-count")).to_have_text(everybody)
    assert there.page.locator(".chip").count() == 0


@pytest.mark.parametrize(("lang", "width"), [("en", 1360), ("ar", 1360), ("ar", 360)])
@pytest.mark.parametrize("path", ["/", "/members?category=company&q=a", "/members?view=map"])
def test_what_has_the_focus_is_seen_and_follows_the_reading(visit, path, lang, width):
    there = visit(path, lang=lang, width=width)
    assert there.page.evaluate(_BACKWARDS, GROUPS) == []
    for _ in range(45):
        _tab(there)
    _tab(there, "Shift+Tab")


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_menu_of_a_phone_opens_and_closes(visit, lang):
    there = visit("/members", lang=lang, width=360)
    _tab_to(there, ".topbar__opener", most=4)
    there.page.keyboard.press("Enter")
    expect(there.page.locator("#site-menu")).to_be_visible()
    _tab(there)
    assert there.focused("it.matches('#site-menu a')")
    assert there.page.evaluate(_BACKWARDS, "#site-menu") == []
    there.page.keyboard.press("Escape")
    expect(there.page.locator("#site-menu")).to_be_hidden()
    assert there.focused("it.matches('.topbar__opener')")


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_filters_of_a_phone_open_tick_and_close(visit, lang):
    there = visit("/members", lang=lang, width=360)
    everybody = there.count()
    _tab_to(there, ".facets__opener", most=20)
    there.page.keyboard.press("Enter")
    expect(there.page.locator("#facets")).to_be_visible()
    _tab_to(there, "#category-company", most=6)
    there.page.keyboard.press("Space")
    expect(there.page.locator("#results-count")).not_to_have_text(everybody)
    there.settle()
    assert there.focused("it.id") == "category-company"
    _tab_to(there, ".facets__end .button", most=60)
    there.page.keyboard.press("Enter")
    expect(there.page.locator("#facets")).to_be_hidden()
    _tab_to(there, ".rows__name a", most=20)


def test_a_wide_table_is_scrolled_by_arrows(visit):
    there = visit("/members?view=table", width=360)
    _tab_to(there, ".table-region")
    assert there.focused("it.getAttribute('aria-label').length") > 0
    for _ in range(5):
        there.page.keyboard.press("ArrowRight")
    # Asked again and again from here: waiting inside the page is what the content policy forbids.
    for _ in range(50):
        if moved := there.page.evaluate("document.querySelector('.table-region').scrollLeft"):
            break
        there.page.wait_for_timeout(100)
    assert moved > 0


def test_after_a_wrong_address_each_complaint_leads_to_its_field(visit):
    there = visit(REFUSED)
    _tab_to(there, ".error-summary a", most=12)
    there.page.keyboard.press("Enter")
    assert there.focused("it.id") == "as_of"
    assert there.focused("it.value") == "soon"
