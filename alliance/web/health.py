"""Whether the service lives and whether it is ready: for load balancers, not for people."""

from functools import cache
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, Response, current_app, jsonify
from sqlalchemy.exc import SQLAlchemyError

from alliance.accounts.permissions import Permission, allow
from alliance.core.db import db

RETRY_AFTER_SECONDS = "5"

health = Blueprint("health", __name__, url_prefix="/health")


def register(app: Flask) -> None:
    """Add /health/live and /health/ready."""
    app.register_blueprint(health)


@health.get("/live")
@allow(Permission.SEE_PUBLIC)
def live() -> Response:
    """The process answers; nothing is said about what it leans on."""
    return _answer(200, status="ok")


@health.get("/ready")
@allow(Permission.SEE_PUBLIC)
def ready() -> Response:
    """Pages can be served: the database answers and has the tables this code expects."""
    try:
        with db.engine.connect() as connection:
            stored = set(MigrationContext.configure(connection).get_current_heads())
    except SQLAlchemyError:
        return _answer(503, status="unavailable", database="away")
    known, newest = _revisions(current_app.config["ALLIANCE_MIGRATIONS"])
    # A revision unknown here is a newer release's: the old code must bear it while it is replaced.
    if stored == newest or (stored and not stored <= known):
        return _answer(200, status="ok", database="ok")
    return _answer(503, status="unavailable", database="ok", migrations="pending")


def _answer(code: int, **said: str) -> Response:
    response = jsonify(said)
    response.status_code = code
    response.headers["Cache-Control"] = "no-store"
    if code == 503:
        response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response


@cache
def _revisions(folder: Path) -> tuple[set[str], set[str]]:
    """All revisions in the migrations folder, and the newest of them."""
    scripts = ScriptDirectory(str(folder))
    return {script.revision for script in scripts.walk_revisions()}, set(scripts.get_heads())
