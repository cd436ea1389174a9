"""The example alliance served for real, and the system's browser to look at it with.

`example_client` asks without a browser. `page` is a browser's page whose address bar knows
`example_address`; a test that uses it is marked `browser` and fails when the page reports a script
error or a breach of the content policy.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from alliance.accounts.models import Account
from alliance.accounts.permissions import NEEDS_SECOND_FACTOR, Role
from alliance.app import create_app
from alliance.cli.preparation import load_example_when_empty
from alliance.core.db import db
from tests.clients import CheckingClient
from tests.databases import Databases
from tests.factories.accounts import give_totp, make_account, open_session

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def example_app(databases: Databases) -> Iterator[Flask]:
    """An application on a database that holds the example alliance; tests only read it."""
    config = databases.clone()
    app = create_app(config)
    app.test_client_class = CheckingClient
    with app.app_context():
        load_example_when_empty()
    yield app
    databases.drop(config)


@pytest.fixture
def example_client(example_app: Flask) -> CheckingClient:
    """A visitor of the example alliance, without cookies."""
    client = example_app.test_client()
    assert isinstance(client, CheckingClient)
    return client


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing: the tests say what went wrong."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application for real and give its address, e.g. http://127.0.0.1:43210."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(5)


@pytest.fixture(scope="session")
def example_address(example_app: Flask) -> Iterator[str]:
    """Where the example alliance is served."""
    with served(example_app) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium. Without one a test is skipped, or fails where one was promised."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        reason = "no Chromium on this machine: apt-get install chromium"
        if os.environ.get("ALLIANCE_BROWSER") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    # Chromium's own sandbox refuses to run as root.
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def browsing(
    browser: Browser, example_address: str, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """A visitor's browser without cookies; parametrise it with context options such as locale."""
    options = {"viewport": {"width": 1280, "height": 900}, **getattr(request, "param", {})}
    context = browser.new_context(base_url=example_address, **options)
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(browsing: BrowserContext) -> Iterator[Page]:
    """One page; `page.goto("/members")` goes to the example alliance."""
    troubles: list[str] = []
    page = browsing.new_page()
    page.on("pageerror", lambda error: troubles.append(f"script error: {error}"))
    page.on(
        "console",
        lambda message: (
            troubles.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    yield page
    assert troubles == []


def sign_browser_in(
    context: BrowserContext, app: Flask, address: str, role: Role, **more: Any
) -> Account:
    """Sign a new account of this role in, in a browser that looks at `app` served at `address`.

    The account and its session are stored for good, so the database should be the test's own. more:
    as for `factories.accounts.make_account`.
    """
    with app.app_context():
        engine = db.engine
    with Session(engine, expire_on_commit=False) as session:
        account = make_account(session, role, **more)
        if role in NEEDS_SECOND_FACTOR:
            give_totp(session, account, app.config["ALLIANCE"])
        token = open_session(session, account)
        session.commit()
    let_browser_in(context, app, address, token)
    return account


def let_browser_in(context: BrowserContext, app: Flask, address: str, token: str) -> None:
    """Hand a browser the cookie of a session that is stored already."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    value = serializer.dumps({"_user_id": token, "_fresh": True})
    name = app.config["SESSION_COOKIE_NAME"]
    context.add_cookies([{"name": name, "value": value, "url": address, "httpOnly": True}])
