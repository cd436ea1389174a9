"""What holds for every page of the workspace, in each language, colour scheme and width."""

import pytest
from playwright.sync_api import expect

from tests.browser.visits import COLOUR_RULES
from tests.browser.workspace import Keys, conflict_for

pytestmark = pytest.mark.browser

# Each walk is cut in parts, so that several workers share it.
PARTS = 3
NARROWEST = 320
# Where a page is held against all rules; elsewhere against what a width or a language can break.
WHOLLY = {"en": 1360, "ar": 360}
WIDTH_RULES = ("color-contrast", "target-size", "scrollable-region-focusable", "aria-hidden-focus")


# What Enter in a field of a form presses: its first button.
_PRESSED = """() => [...document.forms]
  .filter((form) => form.querySelector("input:not([type=hidden], [type=checkbox])"))
  .map((form) => form.querySelector("button:not([type=button]), [type=submit]"))
  .filter((one) => ["add", "remove"].includes(one?.name)).map((one) => one.outerHTML)"""


def _look(there, name, lang):
    """What is wrong with the page: wide, on a phone, in the dark, and on the narrowest screen."""
    page = there.page
    found = [f"{name}: Enter presses {one}" for one in page.evaluate(_PRESSED)]
    for width in (1360, 360):
        page.set_viewport_size({"width": width, "height": 900})
        rules = () if WHOLLY[lang] == width else WIDTH_RULES
        troubles = [*there.axe(*rules), *there.too_wide()]
        found += [f"{name} {width}: {one}" for one in troubles]
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    found += [f"{name} dark: {one}" for one in there.axe(*COLOUR_RULES)]
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    found += [f"{name} {NARROWEST}: {one}" for one in there.too_wide()]
    page.set_viewport_size({"width": 1360, "height": 900})
    return found


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_stands_in_anybodys_way(desk, workspace, part, lang):
    there = desk(lang=lang)
    found = []
    for name in list(workspace.pages)[part::PARTS]:
        there.go(workspace.pages[name])
        found += _look(there, name, lang)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_what_opens_over_a_page_stands_in_nobodys_way(desk, workspace, lang):
    there = desk("/staff/organisations?q=harbour", lang=lang)
    keys = Keys(there)
    keys.press("Control+k")
    keys.type("harbour")
    there.page.wait_for_selector("[data-palette] [role=option]")
    found = _look(there, "palette", lang)
    keys.press("Escape")
    expect(there.page.locator("[data-palette]")).to_be_hidden()
    keys.press("j")
    expect(there.page.locator("[data-row] [data-open]").first).to_be_focused()
    keys.press("o")
    expect(there.page.locator("[data-peek-body] h1")).to_be_visible()
    found += _look(there, "quick look", lang)
    keys.press("Escape")
    expect(there.page.locator("[data-peek-panel]")).to_be_hidden()
    keys.press("?")
    found += _look(there, "keys", lang)
    keys.press("Escape")
    expect(there.page.locator("#keys-dialog")).to_be_hidden()
    keys.press("x")
    found += _look(there, "selected", lang)
    there.page.locator(".list-tools [popovertarget=filter-sheet]").click()
    found += _look(there, "filters", lang)
    conflict_for(there, workspace)
    found += _look(there, "conflict", lang)
    assert not found, "\n".join(found)
