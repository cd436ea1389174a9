"""What holds for every public page, in each language, colour scheme and width."""

import pytest

from tests.browser.alliance import OWN_PAGES, PAGES
from tests.browser.visits import COLOUR_RULES

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("width", [1360, 360])
@pytest.mark.parametrize("name", OWN_PAGES)
def test_nothing_stands_in_anybodys_way(visit, name, width, lang):
    there = visit(OWN_PAGES[name], lang=lang, width=width)
    found = there.axe()
    there.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    found += [f"dark: {one}" for one in there.axe(*COLOUR_RULES)]
    found += [f"too wide: {one}" for one in there.too_wide()]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_at_400_percent_nothing_is_cut_off_or_needs_scrolling_sideways(visit, lang):
    there = visit(lang=lang, width=320, height=640)
    found = []
    for name, path in OWN_PAGES.items():
        there.go(path)
        found += [f"{name}: {told}" for told in [*there.too_wide(), *there.cut_off()]]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("opener", [".topbar__opener", ".facets__opener"])
def test_what_opens_on_a_phone_stands_in_nobodys_way(visit, opener, lang):
    there = visit("/members?category=company", lang=lang, width=360)
    there.page.locator(opener).click()
    found = there.axe() + there.too_wide()
    there.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    found += there.axe(*COLOUR_RULES)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_console_keeps_to_the_page_and_to_the_content_policy(visit, lang):
    there = visit(PAGES["console"], lang=lang, width=360)
    there.page.wait_for_selector(".opblock")
    assert there.too_wide() == []
    there.page.locator(".opblock-summary-control").first.click()
    there.page.wait_for_selector(".opblock-body")
