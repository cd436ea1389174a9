"""Pictures of the workspace to look at, written to the folder that SCREENSHOTS names."""

import os
from pathlib import Path

import pytest

from tests.browser.test_screenshots import LOOKS
from tests.browser.workspace import conflict_for

pytestmark = pytest.mark.browser

PAGES = {
    "list": "/staff/organisations",
    "contacts": "/staff/contacts",
    "record": "organisation",
    "import-preview": "import-rows",
    "settings": "/staff/settings",
    "home": "/staff/",
}


@pytest.mark.parametrize("look", LOOKS)
def test_pictures_are_taken(desk, workspace, look):
    there = desk(**LOOKS[look])
    folder = Path(os.environ["SCREENSHOTS"])
    folder.mkdir(parents=True, exist_ok=True)

    def take(name):
        there.settle()
        there.page.screenshot(path=folder / f"workspace-{name}-{look}.png")

    for name, page in PAGES.items():
        there.go(workspace.pages[page])
        take(name)
    there.page.keyboard.press("Control+k")
    there.page.keyboard.type("harbour")
    there.page.wait_for_selector("[data-palette] [role=option]")
    take("palette")
    conflict_for(there, workspace)
    take("conflict")
