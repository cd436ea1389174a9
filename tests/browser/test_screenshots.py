"""Pictures of the pages to look at, written to the folder that SCREENSHOTS names."""

import os
from pathlib import Path

import pytest

from tests.browser.alliance import PAGES

pytestmark = pytest.mark.browser

LOOKS = {
    "light": {},
    "dark": {"theme": "dark"},
    "arabic": {"lang": "ar"},
    "360": {"width": 360},
    "arabic-dark-360": {"lang": "ar", "theme": "dark", "width": 360},
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", ["home", "list", "table", "map", "organisation", "gallery"])
def test_a_picture_is_taken(visit, example_address, name, look):
    there = visit(PAGES[name], address=example_address, **LOOKS[look])
    folder = Path(os.environ["SCREENSHOTS"])
    folder.mkdir(parents=True, exist_ok=True)
    there.page.screenshot(path=folder / f"{name}-{look}.png", full_page=name == "gallery")
