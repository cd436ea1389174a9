"""What lets the load into the workspace: an account that is signed in, and tokens of the API."""

from dataclasses import dataclass, replace
from hashlib import sha256

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from alliance import reactions
from alliance.accounts.models import Account
from alliance.accounts.operations.accounts import add_account
from alliance.accounts.operations.sessions import begin_session
from alliance.accounts.operations.tokens import issue_token
from alliance.accounts.permissions import Role, Scope
from alliance.accounts.queries.accounts import account_of
from alliance.app import create_app
from alliance.core import clock
from alliance.core.actor import command_actor
from alliance.core.db import db
from bench.settings import SECRET
from config import Config

EMAIL = "benchmark@alliance.example"
# Each token may ask 600 times a minute; a quick side asks more often in all.
TOKENS = 400


@dataclass(frozen=True)
class Passes:
    """Header lines, without their ends: of the account's browser, and one for each token.

    csrf_token: for forms that the account sends.
    """

    cookie: str
    tokens: tuple[str, ...]
    csrf_token: str


def signed(config: Config) -> Config:
    """The settings with the secret by which all processes of the benchmark know a cookie."""
    return replace(config, secret_key=SECRET)


def make_passes(config: Config, tokens: int = TOKENS) -> Passes:
    """Sign a membership manager in who has just proved who he is; make tokens that may read."""
    app = create_app(signed(config))
    with app.app_context():
        session, now = db.session(), clock.now()
        token = begin_session(session, _account(session).id, now=now, user_agent="Benchmark")
        actor = command_actor("benchmark")
        made = [
            issue_token(
                session, f"Benchmark {number}", [Scope.ORGANISATIONS_READ], days=1, now=now,
                actor=actor,
            )
            for number in range(tokens)
        ]  # fmt: skip
        reactions.commit(session)
        db.session.remove()
        db.engine.dispose()
    cookie, csrf_token = _held(app, token)
    return Passes(cookie, tuple(f"Authorization: Bearer {one}" for one in made), csrf_token)


def _account(session: Session) -> Account:
    known = account_of(session, EMAIL)
    if known is not None:
        return known
    actor = command_actor("benchmark")
    made = add_account(
        session, EMAIL, Role.MEMBERSHIP_MANAGER, name="Benchmark", now=clock.now(), actor=actor
    )
    session.flush()
    return made


def _held(app: Flask, token: str) -> tuple[str, str]:
    """The cookie in which a browser holds a session, and the token against forgery beside it."""
    raw = sha256(token.encode()).hexdigest()
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    value = signer.dumps({"_user_id": token, "_fresh": True, "csrf_token": raw})
    name = app.config["SESSION_COOKIE_NAME"]
    forms = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token")
    return f"Cookie: {name}={value}", str(forms.dumps(raw))
