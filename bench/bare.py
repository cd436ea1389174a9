"""The barest application that shows what the service's public pages show.

One prepared statement and one plain template a page, psycopg without a mapper, a connection a
thread, closed lists in memory, no language, no permissions, no log. BENCH_DATABASE is its database;
BENCH_FRAMES the folder with what stays the same around each kind of page.
"""

import os
import threading
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask, Response, abort, render_template, request
from markupsafe import Markup
from rapidfuzz import fuzz

from alliance.core.text import fold, is_unspaced, search_words, words
from alliance.directory.rules.searching import deletions
from bench import bare_statements as sql

app = Flask("bare", template_folder=str(Path(__file__).parent / "templates"), static_folder=None)
_local = threading.local()
# By these words countries and sectors are found; a region is found as its countries.
LABELS = (
    ("country", "SELECT code, names, aliases || code FROM countries"),
    ("sector", "SELECT slug, names, aliases FROM sectors"),
    (
        "country",
        """SELECT c.code, r.names, '{}'::text[] FROM countries c
        JOIN regions sub ON sub.code = c.region_code
        JOIN regions r ON r.code IN (sub.code, sub.parent_code)""",
    ),
)
SHORTEST_BEGINNING = 3
FURTHEST_BEHIND_BEST = 24
_LAST = "\U0010ffff"


def connection() -> psycopg.Connection:
    """This thread's connection, made at its first page."""
    if not hasattr(_local, "connection"):
        _local.connection = psycopg.connect(
            os.environ["BENCH_DATABASE"], autocommit=True, options="-c jit=off"
        )
    found: psycopg.Connection = _local.connection
    return found


def ask(statement: str, **values: Any) -> Any:
    """The one row of a statement, which is prepared when it is first asked."""
    return connection().execute(statement, values, prepare=True).fetchone()  # type: ignore[call-overload]


class Lists:
    """The closed lists and what surrounds each page, read once."""

    def __init__(self) -> None:
        found = connection().execute
        self.categories = {
            code: (names["en"], shape)
            for code, names, shape in found("SELECT code, names, shape FROM categories")
        }
        self.countries = {c: n["en"] for c, n in found("SELECT code, names FROM countries")}
        self.regions = {slug: n["en"] for slug, n in found("SELECT slug, names FROM regions")}
        sectors = found("SELECT id, slug, names FROM sectors").fetchall()
        self.sectors = {slug: names["en"] for _, slug, names in sectors}
        self.sector_names = {id: names["en"] for id, _, names in sectors}
        self.body_kinds = {c: n["en"] for c, n in found("SELECT code, names FROM body_kinds")}
        self.labels = {
            "category": {code: name for code, (name, _) in self.categories.items()},
            "region": self.regions,
            "country": self.countries,
            "sector": self.sectors,
        }
        self.label_words = sorted(
            {
                (word, facet, value)
                for facet, statement in LABELS
                for value, names, aliases in found(statement)
                for label in (*names.values(), *aliases)
                for word in search_words(label)
            }
        )
        # Markup of the length that counts would have had, where a view has none.
        self.uncounted = [("country", code, "–") for code in sorted(self.countries)[:30]]
        folder = Path(os.environ["BENCH_FRAMES"])
        self.frames = {
            path.stem: [Markup(part) for part in path.read_text("utf-8").split("\0")]  # noqa: S704
            for path in folder.glob("*.html")
        }

    def labelled(self, word: str) -> Iterator[tuple[str, str]]:
        """Countries and sectors with a label of which a word begins so."""
        at = bisect_left(self.label_words, (word, "", ""))
        is_enough = len(word) >= SHORTEST_BEGINNING or is_unspaced(word)
        while at < len(self.label_words) and self.label_words[at][0].startswith(word):
            if is_enough or self.label_words[at][0] == word:
                yield self.label_words[at][1:]
            at += 1


_lists: Lists | None = None


def lists() -> Lists:
    """The closed lists, from memory after the first page."""
    global _lists
    if _lists is None:
        _lists = Lists()
    return _lists


def rows(found: list[Any] | None) -> list[tuple[Any, ...]]:
    """Rows as the template prints them."""
    known = lists()
    return [
        (slug, name, language, summary, since, *known.categories[category],
         known.countries.get(country, ""),
         " · ".join([known.sector_names[one] for one in sectors[:3]]), name[:1].upper())
        for slug, name, language, summary, since, category, country, sectors in found or ()
    ]  # fmt: skip


def facets(counts: list[Any] | None) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """Counts by facet: (facet, [(value, label, count)])."""
    labels = lists().labels
    groups: dict[str, list[tuple[str, str, int]]] = {facet: [] for facet in labels}
    for facet, value, number in counts or ():
        groups[facet].append((value, labels[facet][value], number))
    return list(groups.items())


@app.get("/members")
def members() -> str:
    """The directory: everybody, one filter, one search or one day."""
    given = request.args
    if (typed := given.get("q")) is not None:
        return _search(typed)
    if given.get("view") == "map":
        return _figures("map")
    if (day := given.get("as_of")) is not None:
        total, counts, found = ask(sql.DATED, day=day)
        return _list(total, counts, found)
    facet = next((one for one in lists().labels if one in given), "")
    total, counts, found = ask(sql.SELECTED, facet=facet, value=given.get(facet, ""))
    return _list(total, counts, found)


def _list(total: int | None, counts: Any, found: Any) -> str:
    return render_template(
        "list.html",
        frame=lists().frames["list"],
        total=total,
        facets=facets(counts),
        rows=rows(found),
    )


def _search(typed: str) -> str:
    word = fold(typed)
    facets_, values = [], []
    for facet, value in lists().labelled(word):
        facets_.append(facet)
        values.append(value)
    quoted = word.replace("\\", "\\\\").replace("'", "''")
    total, counts, found = ask(
        sql.BEGINNING,
        word=word,
        word_end=word + _LAST,
        facets=facets_,
        values=values,
        prefix=f"'{quoted}':*" if len(word) > 2 else "",
    )
    return _list(total, counts, found)


@app.get("/rows")
def rows_only() -> str:
    """A search in names that tells neither how many there are nor how they divide."""
    word = fold(request.args["q"])
    _, _, found = ask(sql.BEGINNING_ROWS, word=word, word_end=word + _LAST)
    return _list(None, lists().uncounted, found)


@app.get("/misspelt")
def misspelt() -> str:
    """A search that forgives typing errors; the statement finds, the likeness ranks."""
    typed = fold(request.args["q"])
    keys = [(at, key) for at, word in enumerate(words(typed)) for key in deletions(word)]
    total, counts, found = ask(
        sql.MISSPELT, at=[at for at, _ in keys], keys=[key for _, key in keys]
    )
    ranked = sorted(((fuzz.ratio(typed, fold(row[1])), row) for row in found or ()), reverse=True)
    alike = [row for score, row in ranked if score >= ranked[0][0] - FURTHEST_BEHIND_BEST]
    return _list(total, counts, alike[:25])


@app.get("/members/<slug>")
def member(slug: str) -> str:
    """One organisation."""
    row = ask(sql.DOCUMENT, slug=slug)
    if row is None:
        abort(404)
    document, known = row[0], lists()
    return render_template(
        "member.html",
        frame=known.frames["member"],
        one=document,
        category=known.categories[document["category"]],
        body_kind=known.body_kinds.get(document.get("body_kind")),
        country=known.countries.get(document.get("country")),
        sectors=[(slug, known.sectors[slug]) for slug in document["sectors"]],
    )


@app.get("/")
def home() -> str:
    """The home page."""
    return _figures("home")


def _figures(frame: str) -> str:
    known = lists()
    total, counts, countries, newest = ask(sql.FIGURES)
    return render_template(
        f"{frame}.html",
        frame=known.frames[frame],
        total=total,
        facets=facets(counts),
        names=known.countries,
        kinds=list(known.categories),
        categories=known.categories,
        countries=countries,
        rows=rows(newest),
    )


@app.get("/api/v1/organisations")
def organisations() -> Response:
    """The list for machines."""
    limit = int(request.args["limit"])
    items, last, number = ask(sql.WIRE, after=int(request.args["after"]), limit=limit)
    following = last if number == limit else "null"
    body = f'{{"items":[{items or ""}],"next":{following}}}'
    return Response(body.encode(), mimetype="application/json")


@app.get("/members.csv")
def export() -> Response:
    """Everything as CSV, as it comes from the server."""

    def pieces() -> Iterator[bytes]:
        with connection().cursor() as cursor, cursor.copy(sql.EXPORT) as copy:
            for piece in copy:
                yield bytes(piece)

    return Response(pieces(), mimetype="text/csv")
