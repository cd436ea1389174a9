"""What holds for every page of the workspace, in each language, colour scheme and width."""

import pytest

from tests.browser.visits import COLOUR_RULES
from tests.browser.workspace import Keys, conflict_for

pytestmark = pytest.mark.browser

# Each walk is cut in parts, so that several workers share it.
PARTS = 3
NARROWEST = 320


def _look(there, name, width):
    """What is wrong with the page as it stands, light and dark, and on the narrowest screen."""
    found = there.axe() + [f"too wide: {one}" for one in there.too_wide()]
    there.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    found += [f"dark: {one}" for one in there.axe(*COLOUR_RULES)]
    there.page.evaluate("document.documentElement.dataset.theme = 'light'")
    return [f"{name} {width}: {one}" for one in found]


def _look_at_widths(there, name, height=900):
    found = []
    for width in (1360, 360):
        there.page.set_viewport_size({"width": width, "height": height})
        found += _look(there, name, width)
    there.page.set_viewport_size({"width": NARROWEST, "height": 640})
    return found + [f"{name} {NARROWEST}: {one}" for one in there.too_wide()]


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_stands_in_anybodys_way(desk, workspace, part, lang):
    there = desk(lang=lang)
    found = []
    for name in list(workspace.pages)[part::PARTS]:
        there.go(workspace.pages[name])
        found += _look_at_widths(there, name)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_what_opens_over_a_page_stands_in_nobodys_way(desk, workspace, lang):
    there = desk("/staff/organisations?q=harbour", lang=lang)
    keys = Keys(there)
    keys.press("Control+k")
    keys.type("harbour")
    there.page.wait_for_selector("[data-palette] [role=option]")
    found = _look_at_widths(there, "palette")
    there.page.set_viewport_size({"width": 1360, "height": 900})
    keys.press("Escape", "j", "o")
    there.page.wait_for_selector("[data-peek-body] h1")
    found += _look_at_widths(there, "quick look")
    there.page.set_viewport_size({"width": 1360, "height": 900})
    keys.press("Escape", "?")
    found += _look_at_widths(there, "keys")
    keys.press("Escape", "x")
    found += _look_at_widths(there, "selected")
    there.page.locator("[popovertarget=filter-sheet]").click()
    found += _look_at_widths(there, "filters")
    conflict_for(there, workspace)
    found += _look_at_widths(there, "conflict")
    assert not found, "\n".join(found)
