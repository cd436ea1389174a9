"""The rows of the directory as finished texts, which a page shows many of, fast."""

from collections.abc import Sequence

from flask import current_app, url_for
from markupsafe import Markup

from alliance.directory.queries.directory import DirectoryRow
from alliance.directory.queries.snapshots import DirectoryState
from alliance.directory.rules.searching import MatchedOn
from alliance.web.languages import gettext
from alliance.web.public.context import Labels, once_a_version
from alliance.web.public.logos import logo_address
from alliance.web.public.wording import member_since, name_kind, short_since

MOST_SECTORS = 3
MOST_KEPT = 4_000
# These keep the direction of a name from turning the words around it.
_ISOLATED = "\u2068{}\u2069".format

Row = tuple[str, str, str, str, str, str, str, str, str, str, str, str]


def finished_rows(
    state: DirectoryState,
    rows: Sequence[DirectoryRow],
    labels: Labels,
    language: str,
    *,
    query: str = "",
) -> list[Markup]:
    """Rows as they stand on the page, each made once for each state of the directory.

    A row that says why a search found it belongs to that search and is made for it alone.
    """
    kept = once_a_version(state, "rows", (language, query), dict[int, Markup])
    make = current_app.jinja_env.get_template("components/rows.html").module.organisation_row  # type: ignore[attr-defined]
    if len(kept) > MOST_KEPT:
        kept.clear()
    shown = []
    for row in rows:
        made = None if row.matched_on else kept.get(row.id)
        if made is None:
            made = make(*organisation_rows([row], labels, language, query=query)[0])
            if not row.matched_on:
                kept[row.id] = made
        shown.append(made)
    return shown


def organisation_rows(
    rows: Sequence[DirectoryRow],
    labels: Labels,
    language: str,
    *,
    query: str = "",
    is_table: bool = False,
) -> list[Row]:
    """Rows for components/rows.html, where the parts are named. `query` follows the address."""
    since = short_since if is_table else member_since
    members = url_for("public.members")
    slugs, sectors, countries = labels.sector_slugs, labels.sectors, labels.countries
    shown = []
    for row in rows:
        category, _, shape = labels.categories[row.category]
        facts = " · ".join(sectors[slugs[id]] for id in row.sector_ids[:MOST_SECTORS])
        shown.append(
            (
                f"{members}/{row.slug}{query}",
                row.name,
                row.language or "",
                row.summary or "",
                facts,
                since(row.joined_on, row.joined_precision, row.is_at_latest, language),
                shape,
                initial(row.name),
                logo_address(row.logo),
                category,
                countries.get(row.country or "", ""),
                _matched(row.matched_on) if row.matched_on else "",
            )
        )
    return shown


def initial(name: str) -> str:
    """The first letter or digit of a name, large."""
    return next((letter for letter in name if letter.isalnum()), name[:1]).upper()


def _matched(reason: MatchedOn) -> str:
    if reason.kind == "description":
        return gettext("matched on: description")
    return gettext(
        "matched on: %(text)s (%(kind)s)", text=_ISOLATED(reason.text), kind=name_kind(reason.kind)
    )
