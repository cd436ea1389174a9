"""Who is behind a request: a session token in the signed cookie, and what it stands for.

The cookie holds a random token and nothing of the person; the session itself is a row.
"""

from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any

from flask import Flask, current_app, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user

from alliance.accounts.operations.safeguards import Safeguards
from alliance.accounts.queries.sessions import (
    HalfSignedIn,
    SignedIn,
    half_signed_in_by,
    signed_in_by,
)
from alliance.core import clock
from alliance.core.db import READS_ONLY, db
from alliance.directory.queries.snapshots import directory_state
from alliance.web import languages

# Names in the signed cookie.
_SECOND_STEP = "second_step"
_COOKIE = "session"
_SAFEGUARDS = "alliance.safeguards"
_IPV6_NETWORK = 64


class Visitor(UserMixin):  # type: ignore[misc]
    """Whoever is signed in, as Flask-Login knows him: by his token, never by a number."""

    def __init__(self, account: SignedIn, token: str) -> None:
        self.account = account
        self._token = token

    def get_id(self) -> str:
        """What the cookie keeps."""
        return self._token


def prepare(app: Flask) -> None:
    """Know visitors by their cookies, which belong to this host alone when it has https."""
    config = app.config["ALLIANCE"]
    is_secure = app.config["SESSION_COOKIE_SECURE"]
    app.config["SESSION_COOKIE_NAME"] = f"__Host-{_COOKIE}" if is_secure else _COOKIE
    app.config["SESSION_COOKIE_HTTPONLY"] = True
    app.config["SESSION_COOKIE_PATH"] = "/"
    app.extensions[_SAFEGUARDS] = Safeguards.derived(
        config.secret_key, memory_kib=config.password_memory_kib, rounds=config.password_rounds
    )
    manager = LoginManager()
    # Not by `init_app`: it looks into the cookie at every answer and every template, also of
    # public pages, which are the same for everybody.
    app.login_manager = manager  # type: ignore[attr-defined]
    # Sessions are rows here; what a browser says of itself proves nothing.
    manager.session_protection = None
    manager.user_loader(_load)


def safeguards() -> Safeguards:
    """What this installation protects passwords and secrets with."""
    found: Safeguards = current_app.extensions[_SAFEGUARDS]
    return found


def visitor() -> SignedIn | None:
    """Whoever is signed in, looked up once a request."""
    # Templates ask some twenty times a page; the ways of Flask-Login cost a tenth of it.
    if "visitor" not in g:
        known: Any = current_user
        g.visitor = known.account if known.is_authenticated else None
    found: SignedIn | None = g.visitor
    return found


def begin(token: str) -> None:
    """Hold a new token, and nothing of what the cookie held before."""
    session.clear()
    _hold(token)


def renew(token: str) -> None:
    """Hold a new token of the same session; forms that are open go on being good."""
    _hold(token)


def begin_half(token: str) -> None:
    """Hold the token that leads to the second factor."""
    session.clear()
    session[_SECOND_STEP] = token


def half() -> HalfSignedIn | None:
    """Whose second factor is awaited from this browser."""
    token = session.get(_SECOND_STEP)
    if not isinstance(token, str):
        return None
    return half_signed_in_by(db.session(), token, clock.now())


def leave() -> None:
    """Hold nothing any more."""
    session.clear()
    g.pop("_login_user", None)
    g.pop("visitor", None)


def client_address() -> str:
    """The network address of the browser, for limits; an IPv6 network of 64 bits counts as one."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or ip_network((address, _IPV6_NETWORK), strict=False))


def user_agent() -> str:
    """What the browser says of itself."""
    return request.headers.get("User-Agent", "")


def write_also_now() -> None:
    """Allow a request that only looks to write, as the history of a refusal."""
    db.session().info[READS_ONLY] = False


def _hold(token: str) -> None:
    found = signed_in_by(db.session(), token, clock.now())
    assert found is not None, "a token that was just made is good"
    login_user(Visitor(found, token))
    g.visitor = found


def _load(token: str) -> Visitor | None:
    found = signed_in_by(db.session(), token, clock.now())
    if found is None:
        return None
    g.setdefault("directory_state", directory_state(db.session(), found.directory_version))
    languages.prefer(found.language)
    return Visitor(found, token)
