"""Language and colours: chosen on any page, staying on it, remembered on the next."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

HERE = "/members?category=company&view=table"
_PAPER = "getComputedStyle(document.body).backgroundColor"


@pytest.mark.parametrize("script", [True, False])
def test_the_language_changes_in_place_and_is_remembered(visit, script):
    there = visit(HERE, script=script)
    names = there.names()
    there.page.get_by_role("link", name="العربية").click()
    expect(there.page.locator("html")).to_have_attribute("dir", "rtl")
    assert "category=company" in there.page.url
    assert there.names() == names
    there.go("/about")
    assert there.page.locator("html").get_attribute("lang") == "ar"
    there.page.get_by_role("link", name="English").click()
    expect(there.page.locator("html")).to_have_attribute("lang", "en")
    there.go("/")
    assert there.page.locator("html").get_attribute("dir") == "ltr"


@pytest.mark.parametrize("script", [True, False])
def test_the_colours_change_in_place_and_are_remembered(visit, script):
    there = visit(HERE, script=script)
    light = there.page.evaluate(_PAPER)
    there.page.get_by_role("link", name="Dark").click()
    expect(there.page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(there.page.get_by_role("link", name="Dark")).to_have_attribute("aria-current", "true")
    assert there.page.url == f"{there.address}{HERE}"
    assert there.page.evaluate(_PAPER) != light
    there.settle()
    there.go("/about")
    assert there.page.locator("html").get_attribute("data-theme") == "dark"


def test_the_device_decides_until_somebody_chooses(visit):
    papers = [
        visit("/", theme="system", color_scheme=scheme).page.evaluate(_PAPER)
        for scheme in ("light", "dark")
    ]
    chosen = visit("/", theme="light", color_scheme="dark").page.evaluate(_PAPER)
    assert papers[0] != papers[1]
    assert chosen == papers[0]
