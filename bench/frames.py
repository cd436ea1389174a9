"""What stays the same around a page: taken from the service's own page, so that lengths are fair.

A bare page is the service's page with holes where the data stood; its own template fills the holes.
"""

import re
from collections.abc import Callable
from pathlib import Path

FACETS = r'<fieldset class="facet">.*(?=<fieldset class="facet">)'
COUNT = r'(?<=role="status">)[^<]*'
# For each kind of page: where it is, and what of it is data, in the order in which it stands there.
FRAMES = {
    "list": ("/members", (FACETS, COUNT, r'<ul class="rows">.*?</ul>')),
    "map": ("/members?view=map", (FACETS, COUNT, r'<table class="table">.*?</table>')),
    "home": (
        "/",
        (
            r'<nav class="tally".*?</nav>',
            r'<table class="table">.*?</table>',
            r'<ul class="people space-above">.*?</ul>',
        ),
    ),
    "member": ("/members/{slug}", (r"<main.*</main>",)),
}


def take(page_at: Callable[[str], str], slug: str, folder: Path) -> None:
    """Write the frames of all kinds of pages. Raises LookupError where a page looks different.

    `page_at` gives the service's page at a path; `slug` is that of any member.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for kind, (path, holes) in FRAMES.items():
        page = page_at(path.format(slug=slug))
        for hole in holes:
            page, found = re.subn(hole, "\0", page, count=1, flags=re.DOTALL)
            if not found:
                raise LookupError(f"The page {path} has no {hole}; see bench/frames.py.")
        (folder / f"{kind}.html").write_text(page, encoding="utf-8")
