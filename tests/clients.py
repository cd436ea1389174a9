"""A visitor that looks over every page it is given, and the console as a user has it."""

import gzip
import os
import re
import subprocess
import sys
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from config import ROOT, Config

INSIDES = ("Traceback (most recent call last)", "sqlalchemy", "psycopg", str(ROOT))


class CheckingClient(FlaskClient):
    """Fails a test as soon as any page breaks a rule that holds for all pages."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Ask as usual; check the answer when it is a page."""
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html":
            check_page(response)
        return response


class StaffClient(CheckingClient):
    """Somebody of the staff who is signed in; made by the fixture `staff`.

    `account` is the stored account. `send` posts a form as a page would.
    """

    account: Any = None
    csrf_token = ""

    def send(self, path: str, data: Any = None, **kwargs: Any) -> TestResponse:
        """Post a form with its token against forgery and a key of its own, unless given."""
        fields = {"csrf_token": self.csrf_token, "submission": uuid4().hex, **(data or {})}
        return self.post(path, data=fields, **kwargs)


def hold_session(client: FlaskClient, token: str) -> str:
    """Put a session's token into the client's cookie; returns the token against forgery."""
    raw = sha256(token.encode()).hexdigest()
    with client.session_transaction() as kept:
        kept["_user_id"] = token
        kept["_fresh"] = True
        kept["csrf_token"] = raw
    serializer = URLSafeTimedSerializer(str(client.application.secret_key), salt="wtf-csrf-token")
    return str(serializer.dumps(raw))


class _InlineFinder(HTMLParser):
    """Collects what the content policy forbids, and no text that only looks like it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        names = {name for name, _ in attrs}
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(f"<{tag}>")
        self.found += [f"<{tag} {name}>" for name in names if re.match("style$|on[a-z]", name)]


def inline(page: str) -> list[str]:
    """Elements and attributes of a page that hold style or script."""
    finder = _InlineFinder()
    finder.feed(page)
    return finder.found


def check_page(response: TestResponse) -> None:
    """What holds for every page: no inline style or script, nothing of our insides, a language."""
    body = response.get_data()
    text = (gzip.decompress(body) if response.content_encoding == "gzip" else body).decode()
    assert inline(text) == []
    for inside in INSIDES:
        assert inside not in text, f"the page shows {inside}"
    if "<html" in text:
        assert re.search(r"<html[^>]*\slang=", text), "the page does not say its language"
        assert len(re.findall(r"<h1\b", text)) == 1, "a page has one title"
        assert "unsafe" not in response.headers["Content-Security-Policy"]


def flask_command(config: Config, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `flask` in a process of its own on the test's database (mark the test `database`)."""
    environment = {**os.environ, "INSTANCE_PATH": str(config.instance_path)}
    if config.database_url is not None:
        environment["DATABASE_URL"] = config.database_url
    if config.owner_database_url is not None:
        environment["DATABASE_OWNER_URL"] = config.owner_database_url
    return subprocess.run(
        [sys.executable, "-m", "flask", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
        check=False,
    )
