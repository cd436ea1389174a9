"""What stays the same around a page: taken from the service's own page, so that lengths are fair.

A bare page is the service's page with holes where the data stood; its own template fills the holes.
"""

import re
from collections.abc import Callable, Mapping
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
IN_SHEET = r'(?<=<div class="sheet__body">).*?(?=</div>\s*<div class="sheet__foot">)'
IN_STATUS = r'(?<=role="status"><strong>)[^<]*'
# The same for the workspace, seen by somebody who is signed in.
DESK_FRAMES = {
    "desk": (
        "/staff/organisations?category=company&status=member&country={country}",
        (IN_STATUS, r"<tbody>.*</tbody>", IN_SHEET),
    ),
    "people": (
        "/staff/contacts?category=company&country={country}",
        (IN_STATUS, r"<tbody>.*</tbody>", IN_SHEET),
    ),
    "record": ("/staff/organisations/{id}", (r"<main.*</main>",)),
}


def take(page_at: Callable[[str], str], slug: str, folder: Path) -> None:
    """Write the frames of all kinds of pages. Raises LookupError where a page looks different.

    `page_at` gives the service's page at a path; `slug` is that of any member.
    """
    _take(FRAMES, page_at, {"slug": slug}, folder)


def take_desk(page_at: Callable[[str], str], id: int, country: str, folder: Path) -> None:
    """The same for the workspace. `id`: any organisation's; `country`: one with many."""
    _take(DESK_FRAMES, page_at, {"id": id, "country": country}, folder)


def _take(
    frames: Mapping[str, tuple[str, tuple[str, ...]]],
    page_at: Callable[[str], str],
    values: Mapping[str, object],
    folder: Path,
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for kind, (path, holes) in frames.items():
        page = page_at(path.format(**values))
        for hole in holes:
            page, found = re.subn(hole, "\0", page, count=1, flags=re.DOTALL)
            if not found:
                raise LookupError(f"The page {path} has no {hole}; see bench/frames.py.")
        (folder / f"{kind}.html").write_text(page, encoding="utf-8")
