"""What is asked of the workspace by somebody signed in, and of the private API by a token."""

import random
from collections.abc import Iterable
from urllib.parse import quote

import psycopg

from alliance.core.text import words
from bench.passes import Passes
from bench.workloads import COUNTRIES, MANY, Workload

CATEGORIES = ["government", "company", "civil_society"]
STATUSES = ["member", "member", "former"]
ROLES = ["primary_contact", "member_of_staff"]
LANGUAGES = ["en", "de", "fr", "es", "zh"]
DEEP_PAGE = 100


def desk_workloads(connection: psycopg.Connection, passes: Passes) -> list[Workload]:
    """The workloads of the workspace on a filled database. The same every time."""
    chance = random.Random(11)
    ids = _column(connection, "SELECT id FROM organisations ORDER BY id")
    sectors = _column(connection, "SELECT slug FROM sectors ORDER BY slug")
    found = _column(connection, "SELECT name FROM organisations ORDER BY md5(id::text)")
    names = [first for name in found[: 2 * MANY] for first in words(name)[:1] if len(first) > 1]
    lists = [
        _filtered(
            category=chance.choice(CATEGORIES),
            status=chance.choice(STATUSES),
            **chance.choice(
                (
                    {"country": chance.choice(COUNTRIES)},
                    {"contact": "reachable"},
                    {"sector": chance.choice(sectors)},
                )
            ),
        )
        for _ in range(MANY)
    ]
    people = [
        _filtered(role=chance.choice(ROLES), language=chance.choice(LANGUAGES))
        if number % 2
        else _filtered(country=chance.choice(COUNTRIES), category=chance.choice(CATEGORIES))
        for number in range(MANY)
    ]
    records = chance.sample(ids, min(MANY, len(ids)))
    typed = [name[: chance.randrange(2, 6)] for name in names[:MANY]]
    deep = [chance.choice(ids[len(ids) // 2 : -DEEP_PAGE]) for _ in range(MANY)]
    cookie = (passes.cookie,)
    return [
        _same("D1", "Workspace: organisations under three filters",
              (f"/staff/organisations?{one}" for one in lists), cookie),
        Workload(
            "D1r",
            "The same, the bare view without total and counts",
            tuple(f"/staff/organisations?{one}" for one in lists),
            tuple(f"/staff/rows?{one}" for one in lists),
            aim=None,
            headers=cookie,
        ),
        _same("D2", "Workspace: an organisation's record",
              (f"/staff/organisations/{one}" for one in records), cookie),
        _same("D3", "Workspace: the palette while one types",
              (f"/staff/palette?q={quote(one)}" for one in typed), cookie),
        _same("D4", "Workspace: contacts under two filters",
              (f"/staff/contacts?{one}" for one in people), cookie, aim=None),
        _same("D5", "API: 100 whole records with a token",
              (f"/api/v1/organisations/records?limit=100&after={one}" for one in deep),
              passes.tokens, aim=None),
    ]  # fmt: skip


def _filtered(**chosen: str) -> str:
    return "&".join(f"{facet}={value}" for facet, value in chosen.items())


def _same(
    code: str,
    title: str,
    paths: Iterable[str],
    headers: tuple[str, ...],
    aim: float | None = 0.5,
) -> Workload:
    asked = tuple(paths)
    return Workload(code, title, asked, asked, aim, headers)


def _column(connection: psycopg.Connection, statement: str) -> list:
    return [row[0] for row in connection.execute(statement).fetchall()]  # type: ignore[call-overload]
