"""What is asked for: each workload with its addresses at the service and at the bare views."""

import csv
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

MANY = 400
COUNTRIES = ["DE", "US", "GB", "FR", "CN", "IN", "ES", "IT", "BR", "PL", "NL", "CH", "TR", "EG"]


@dataclass(frozen=True)
class Workload:
    """Addresses asked for in turn. `paths[0]` at the service, `paths[1]` at the bare views.

    `aim` is the least share of the bare views' throughput; None where none is set. `headers` are
    lines that go to the service in turn, beside the addresses, where it asks who one is.
    """

    code: str
    title: str
    product: tuple[str, ...]
    bare: tuple[str, ...]
    aim: float | None = 0.5
    headers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """A search that was typed, and the organisation that was meant."""

    typed: str
    meant: int


def questions(connection: psycopg.Connection, folder: Path, kind: str) -> list[Question]:
    """Searches of a kind ("prefix", "typo") whose organisation is a member now, at most MANY."""
    listed = dict(
        connection.execute(
            "SELECT source, l.id FROM bench.loaded l JOIN bench.members m ON m.id = l.id AND is_now"
            " WHERE kind = 'organisation'"
        ).fetchall()
    )
    with folder.joinpath("queries.csv").open(encoding="utf-8", newline="") as file:
        found = [
            Question(row["q"], listed[int(row["expected_id"])])
            for row in csv.DictReader(file)
            if row["kind"] == kind and int(row["expected_id"]) in listed
        ]
    return found[:MANY]


def workloads(connection: psycopg.Connection, folder: Path) -> list[Workload]:
    """All workloads on a filled database. The same every time."""
    chance = random.Random(7)
    ids = _column(connection, "SELECT id FROM bench.members WHERE is_now ORDER BY id")
    slugs = _column(connection, "SELECT slug FROM bench.members WHERE is_now ORDER BY id")
    sectors = _column(
        connection, "SELECT DISTINCT value FROM bench.terms WHERE facet = 'sector' ORDER BY 1"
    )
    categories = ["government", "company", "civil_society"]
    prefixes = [one.typed for one in questions(connection, folder, "prefix")]
    typos = [one.typed for one in questions(connection, folder, "typo")]
    filters = [
        f"{name}={chance.choice(values)}"
        for _ in range(MANY // 3)
        for name, values in (("country", COUNTRIES), ("sector", sectors), ("category", categories))
    ]
    middle, late = len(ids) // 2, len(ids) - 200
    deep = [chance.choice(ids[middle : max(late, middle + 1)]) for _ in range(MANY)]
    days = [f"{chance.randrange(2010, 2026)}-{chance.randrange(1, 13):02d}-15" for _ in range(40)]
    pages = chance.sample(slugs, min(MANY, len(slugs)))
    same = _same
    return [
        same("W1", "First directory page", ["/members"]),
        same("W2", "Search by the beginning of a word", _asked("/members?q=", prefixes)),
        Workload(
            "W2r",
            "The same, the bare view without total and counts",
            tuple(_asked("/members?q=", prefixes)),
            tuple(_asked("/rows?q=", prefixes)),
            aim=None,
        ),
        Workload(
            "W3",
            "Search with a typing error",
            tuple(_asked("/members?q=", typos)),
            tuple(_asked("/misspelt?q=", typos)),
            aim=0.2,
        ),
        same("W4", "Filtered facets", _asked("/members?", filters, quote_=str)),
        same("W5", "Organisation's page", _asked("/members/", pages)),
        same(
            "W6",
            "API list of 100, deep",
            _asked("/api/v1/organisations?limit=100&after=", map(str, deep)),
        ),
        same("home", "Home page", ["/"], aim=None),
        same("map", "Map of the members", ["/members?view=map"], aim=None),
        same("day", "Directory as of a day", _asked("/members?as_of=", days), aim=None),
    ]


def _asked(before: str, values: Iterable[str], quote_: Callable[[str], str] = quote) -> list[str]:
    return [before + quote_(value) for value in values]


def _same(code: str, title: str, paths: Iterable[str], aim: float | None = 0.5) -> Workload:
    asked = tuple(paths)
    return Workload(code, title, asked, asked, aim)


def _column(connection: psycopg.Connection, statement: str) -> list:
    return [row[0] for row in connection.execute(statement).fetchall()]
