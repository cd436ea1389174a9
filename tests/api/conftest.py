"""Members to ask the API about."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

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
