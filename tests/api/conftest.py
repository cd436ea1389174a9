"""Members to ask the API about, and programs that ask."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from alliance.accounts.operations.tokens import issue_token
from alliance.accounts.permissions import Scope
from alliance.core import clock
from alliance.core.actor import command_actor
from alliance.core.db import db
from alliance.directory.rules.records import Membership, Name, NameKind, OrganisationRecord
from alliance.reactions import commit
from tests.clients import CheckingClient
from tests.factories.directory import make_organisations, organisation

Statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def members(session: Session) -> list[OrganisationRecord]:
    """Five members of today, by id, the third with everything; and a sixth that left in 2015."""
    made = make_organisations(
        session,
        [
            organisation("Ethiopia", category="government", country="ET"),
            organisation("Côte d’Ivoire", category="government", country="CI"),
            organisation(
                "Internet Watch Foundation",
                country="GB",
                memberships=(Membership(date(2012, 6, 1)),),
                names=(Name(NameKind.ACRONYM, "IWF", "en"),),
                description="Finds and removes pictures.",
                website="https://iwf.example",
                city="Cambridge",
            ),
            organisation("北京华信科技", category="company", country="CN"),
            organisation("Late Comer", country="KE", memberships=(Membership(date(2024, 5, 1)),)),
            organisation(
                "Gone Before",
                country="ET",
                memberships=(Membership(date(2013, 1, 1), ended_on=date(2015, 1, 1)),),
            ),
        ],
    )
    commit(session)
    return made


@pytest.fixture
def statements(app: Flask, session: Session) -> Statements:
    """Opens a list of the statements that are sent meanwhile, by whatever connection."""

    @contextmanager
    def watch() -> Iterator[list[str]]:
        sent: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
                sent.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return watch


@pytest.fixture
def items(client: CheckingClient) -> Callable[..., list[dict[str, Any]]]:
    """Asks for a list by its name and hands out what it sends."""

    def ask(resource: str, **query: Any) -> list[dict[str, Any]]:
        response: TestResponse = client.get(f"/api/v1/{resource}", query_string=query)
        assert response.status_code == 200, response.text
        assert response.json is not None
        found: list[dict[str, Any]] = response.json["items"]
        return found

    return ask


@dataclass
class Program:
    """A program that holds a token. Its bodies are sent as JSON."""

    client: CheckingClient
    token: str

    def ask(
        self, method: str, address: str, body: Any = None, *, seen: str | None = None,
        key: str | None = None, **more: Any,
    ) -> TestResponse:  # fmt: skip
        """Send a request to /api/v1/<address>, with If-Match and Idempotency-Key as given."""
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        if seen is not None:
            headers["If-Match"] = seen
        if key is not None:
            headers["Idempotency-Key"] = key
        if body is not None:
            more["json"] = body
        path = address if address.startswith("/") else f"/api/v1/{address}"
        return self.client.open(path, method=method, headers=headers, **more)

    def get(self, address: str, **query: Any) -> TestResponse:
        """Ask for what is there."""
        return self.ask("GET", address, query_string=query)

    def post(self, address: str, body: Any = None, **more: Any) -> TestResponse:
        """Add something, or do something with it."""
        return self.ask("POST", address, body, **more)

    def patch(self, address: str, body: Any, **more: Any) -> TestResponse:
        """Change something."""
        return self.ask("PATCH", address, body, **more)


Programs = Callable[..., Program]


def make_token(session: Session, *scopes: str, days: int | None = 30, name: str = "robot") -> str:
    """A token made at the console, stored."""
    token = issue_token(
        session, name, scopes, days=days, now=clock.now(), actor=command_actor("tests")
    )
    commit(session)
    return token


@pytest.fixture
def program(client: CheckingClient, session: Session) -> Programs:
    """Makes a program with a token of these scopes; with none given, of every scope."""

    def make(*scopes: str, **more: Any) -> Program:
        wanted = scopes or tuple(scope.value for scope in Scope)
        return Program(client, make_token(session, *wanted, **more))

    return make


@pytest.fixture
def stored(session: Session) -> Callable[[], dict[str, str]]:
    """Tells what is stored: a digest of each table, but for the counts and days of use."""

    def look() -> dict[str, str]:
        commit(session)
        tables = session.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        ).scalars()
        return {
            table: session.execute(
                text(
                    f"SELECT md5(coalesce(string_agg(md5(CAST(t.* AS text)), ''"
                    f" ORDER BY md5(CAST(t.* AS text))), '')) FROM \"{table}\" t"
                )
            ).scalar_one()
            for table in tables
            if table not in ("account_tallies", "api_tokens")
        }

    return look
