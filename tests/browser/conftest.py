"""The example alliance with members that are hard to show, served for a browser to walk through."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from alliance.accounts.permissions import Role
from alliance.app import create_app
from alliance.cli.preparation import load_example_when_empty
from alliance.core.db import db
from tests.browser.alliance import add_nasty_members
from tests.browser.visits import Visit
from tests.browser.workspace import Workspace, make_workspace
from tests.browsers import let_browser_in, served, sign_browser_in
from tests.databases import Databases

# As long as other steps of a browser may take on a machine that is busy with other tests.
expect.set_options(timeout=15_000)

Open = Callable[..., Visit]

# Pictures are only taken for somebody who wants to look at them.
PICTURES = ["test_screenshots.py", "test_workspace_screenshots.py"]
collect_ignore = [] if os.environ.get("SCREENSHOTS") else PICTURES


@pytest.fixture(scope="session")
def alliance_address(databases: Databases) -> Iterator[str]:
    """Where the example alliance with the nasty members is served; tests only read it."""
    config = databases.clone()
    app = create_app(config)
    with app.app_context():
        load_example_when_empty()
        add_nasty_members(db.session())
    with served(app) as address:
        yield address
    databases.drop(config)


@pytest.fixture
def visit(browser: Browser, alliance_address: str) -> Iterator[Open]:
    """Opens a page as somebody in particular: lang, theme, width, script and what contexts take.

    When the test ends each page must have been free of errors and breaches of the content policy,
    have run nothing that was typed as data, and have asked nobody but the service.
    """
    visits: list[Visit] = []
    with ExitStack() as contexts:

        def open_page(
            path: str | None = None,
            *,
            lang: str = "en",
            theme: str = "light",
            width: int = 1360,
            height: int | None = None,
            script: bool = True,
            address: str = alliance_address,
            **options: Any,
        ) -> Visit:
            context: BrowserContext = browser.new_context(
                base_url=address,
                locale=lang,
                viewport={"width": width, "height": height or (900 if width > 600 else 740)},
                java_script_enabled=script,
                # Half-way colours of a transition would be measured.
                **{"reduced_motion": "reduce", **options},
            )
            contexts.callback(context.close)
            context.set_default_timeout(15_000)
            chosen = {"lang": lang, "theme": theme}
            context.add_cookies(
                [{"name": name, "value": value, "url": address} for name, value in chosen.items()]
            )
            made = Visit(context.new_page(), address)
            visits.append(made)
            if path is not None:
                made.go(path)
            return made

        yield open_page
        for one in visits:
            one.check()


@pytest.fixture(scope="session")
def workspace(databases: Databases) -> Iterator[Workspace]:
    """A workspace with records of every kind; what a test writes stays, so it makes its own."""
    config = databases.clone()
    app = create_app(config)
    with served(app) as address:
        yield make_workspace(app, address)
    databases.drop(config)


@pytest.fixture
def desk(visit: Open, workspace: Workspace) -> Open:
    """Opens a page as one of the staff: a new one of a role, else the administrator of it all.

    Takes what `visit` takes as well.
    """

    def open_desk(path: str | None = None, *, role: Role | None = None, **more: Any) -> Visit:
        there = visit(address=workspace.address, **more)
        context, app = there.page.context, workspace.app
        if role is None:
            let_browser_in(context, app, workspace.address, workspace.token)
        else:
            sign_browser_in(context, app, workspace.address, role)
        if path is not None:
            there.go(path)
        return there

    return open_desk
