"""Fixtures for all tests. A test touches the database by asking for `session`, `app` or `client`.

What a test writes is rolled back when it ends, whatever it commits. A test marked `database` gets a
database of its own instead, in which commits are real and other processes see them.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from alliance.accounts.models import Account
from alliance.accounts.permissions import NEEDS_SECOND_FACTOR, Role
from alliance.app import create_app
from alliance.core.db import db
from alliance.directory.queries import people_state, snapshots
from alliance.directory.queries.desk import state as desk_state
from config import ROOT, Config
from tests.clients import CheckingClient, StaffClient, hold_session
from tests.databases import Databases, make_config
from tests.factories.accounts import give_totp, make_account, open_session

pytest_plugins = ["tests.browsers"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder for an installation of its own.

    `tmp_path` will not do: pytest closes its folders to all others, and PostgreSQL, which refuses
    to run as root, is another there.
    """
    with tempfile.TemporaryDirectory(prefix="alliance ", ignore_cleanup_errors=True) as name:
        yield Path(name)


@pytest.fixture(scope="session")
def databases() -> Databases:
    """The server that makes databases for tests."""
    return Databases.start(make_config(ROOT / "instance" / "tests"))


@pytest.fixture(scope="session")
def worker_app(databases: Databases) -> Iterator[Flask]:
    """One application for all tests of this worker, on a database that nothing is committed to."""
    config = databases.clone()
    yield _application(config)
    _end(databases, config)


@pytest.fixture
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application; what it commits is undone after the test, unless marked `database`."""
    if request.node.get_closest_marker("database") is None:
        request.getfixturevalue("session")
        yield request.getfixturevalue("worker_app")
        return
    databases: Databases = request.getfixturevalue("databases")
    config = databases.clone()
    yield _application(config)
    _end(databases, config)


@pytest.fixture
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session on the test's database: the application's own; if marked `database`, another."""
    if request.node.get_closest_marker("database") is None:
        worker_app: Flask = request.getfixturevalue("worker_app")
        yield from _undone_session(worker_app)
        return
    app: Flask = request.getfixturevalue("app")
    with app.app_context():
        engine = db.engine
    with Session(engine) as own:
        yield own


@pytest.fixture
def config(app: Flask) -> Config:
    """The settings of the application under test."""
    found: Config = app.config["ALLIANCE"]
    return found


@pytest.fixture
def client(app: Flask) -> CheckingClient:
    """A visitor without cookies; every whole page it is given is looked over."""
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    return client


@pytest.fixture
def staff(app: Flask, session: Session) -> Callable[..., StaffClient]:
    """Signs somebody in: `staff(Role.EDITOR)` is a client with a new account of that role.

    The proof of who it is was given now, or `minutes_ago`; an administrator has a code generator
    (factories/accounts.py: SECRET), others have one `with_factor`. `account` signs in a given one.
    """

    def sign_in(
        role: Role = Role.MEMBERSHIP_MANAGER,
        *,
        account: Account | None = None,
        minutes_ago: int = 0,
        with_factor: bool | None = None,
    ) -> StaffClient:
        if account is None:
            account = make_account(session, role)
            needed = role in NEEDS_SECOND_FACTOR if with_factor is None else with_factor
            if needed:
                give_totp(session, account, app.config["ALLIANCE"])
        token = open_session(session, account, minutes_ago=minutes_ago)
        session.commit()
        client = StaffClient(app, app.response_class, use_cookies=True)
        client.account = account
        client.csrf_token = hold_session(client, token)
        return client

    return sign_in


class _Kept(scoped_session[Session]):
    """Hands out one session for the whole test, though every request ends with `remove`."""

    def remove(self) -> None:
        """Keep the session: what the test has only flushed must outlive the request."""


def _undone_session(app: Flask) -> Iterator[Session]:
    """The application's session inside an outer transaction that is rolled back at the end."""
    with app.app_context():
        engine = db.engine
    real = db.session
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            db.session = _Kept(lambda: session, lambda: 0)  # type: ignore[assignment,arg-type]
            try:
                yield session
            finally:
                db.session = real
                # What is rolled back gives its version number back too, for other contents.
                snapshots._kept.clear()
                desk_state.forget()
                people_state.forget()
        outer.rollback()


def _application(config: Config) -> Flask:
    app = create_app(config)
    app.test_client_class = CheckingClient
    return app


def _end(databases: Databases, config: Config) -> None:
    databases.drop(config)
