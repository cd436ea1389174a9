"""Puts the application together: database, logging, pages, API and commands."""

from collections.abc import Callable
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from flask_migrate import Migrate
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Engine, event, make_url
from sqlalchemy.exc import DisconnectionError
from werkzeug.middleware.proxy_fix import ProxyFix

from alliance import api, cli, web
from alliance.cli.embedded import ensure_server
from alliance.cli.preparation import prepare_database
from alliance.core.db import READS_ONLY, db
from alliance.core.log import configure
from alliance.core.reads import has_ended
from alliance.web import assets, guards, health, log, shell
from config import ROOT, Config

MIGRATIONS = ROOT / "migrations"
CONNECT_TIMEOUT_SECONDS = 3
EVERY_INTERFACE = ("0.0.0.0", "::")


class _Sessions(SecureCookieSessionInterface):
    """Signed cookies, by a signer that is made once; making it took a tenth of a short request."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The signer of this application."""
        if "alliance.signer" not in app.extensions:
            app.extensions["alliance.signer"] = super().get_signing_serializer(app)
        signer: URLSafeTimedSerializer | None = app.extensions["alliance.signer"]
        return signer


class _Service(Flask):
    """Flask for views that are plain functions, which need not be asked whether they are."""

    session_interface = _Sessions()
    jinja_environment = shell.Templates

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The view or hook as it is: none here is a coroutine."""
        return func


def create_app(config: Config) -> Flask:
    """The application for `config`. Connects to nothing yet."""
    configure(config.log_level, readable=config.mode == "development")
    app = _Service(
        "alliance",
        root_path=str(ROOT / "alliance"),
        template_folder=str(ROOT / "templates"),
        static_folder=None,
        instance_path=str(config.instance_path),
    )
    app.config.from_mapping(_settings(config))
    if config.trusted_proxies:
        count = config.trusted_proxies
        proxied = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
        app.wsgi_app = proxied  # type: ignore[method-assign]
    log.register(app)
    _add_database(app, config)
    assets.register(app, assets.Assets(ROOT / "static", fresh=config.debug))
    health.register(app)
    for edge in (web, api, cli):
        edge.register(app)
    guards.check(app)
    return app


def _settings(config: Config) -> dict[str, Any]:
    """Flask's own settings and those of its extensions."""
    return {
        "ALLIANCE": config,
        "ALLIANCE_MIGRATIONS": MIGRATIONS,
        "DEBUG": config.debug,
        "TESTING": config.mode == "test",
        "SECRET_KEY": config.secret_key,
        "TRUSTED_HOSTS": _trusted_hosts(config),
        "MAX_CONTENT_LENGTH": 1024 * 1024,
        "SESSION_COOKIE_SECURE": config.base_url.startswith("https:"),
        "SESSION_COOKIE_SAMESITE": "Lax",
        "TEMPLATES_AUTO_RELOAD": config.debug,
        "SQLALCHEMY_DATABASE_URI": config.database_url or "postgresql+psycopg://",
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(config),
    }


def _trusted_hosts(config: Config) -> list[str] | None:
    """The host names the service answers to; None, all of them, only where none can be known."""
    public = urlsplit(config.base_url).hostname or ""
    if config.host in EVERY_INTERFACE and public in ("127.0.0.1", "::1"):
        return None
    # Werkzeug compares names and IPv4 numbers, but no IPv6 numbers.
    if ":" in public:
        return None
    return sorted({"localhost", "127.0.0.1", public, config.host})


def _engine_options(config: Config) -> dict[str, Any]:
    settings = {
        "jit": "off",
        # Planning a search anew for its words costs more than the search itself; ADR 0010.
        "plan_cache_mode": "force_generic_plan",
        "TimeZone": "UTC",
        "statement_timeout": config.statement_timeout_ms,
    }
    asked = make_url(config.database_url).query.get("options", "") if config.database_url else ""
    return {
        # One connection a thread for reading (alliance.core.reads), and one for what it writes.
        "pool_size": 2 * config.threads,
        "max_overflow": 1,
        "pool_timeout": 5,
        "hide_parameters": True,
        "connect_args": {
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "prepare_threshold": 2,
            "application_name": "alliance",
            "options": " ".join([*(f"-c {key}={value}" for key, value in settings.items()),
                                 str(asked)]).strip(),
        },
    }  # fmt: skip


def _add_database(app: Flask, config: Config) -> None:
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS))
    with app.app_context():
        engine = db.engine
    event.listen(engine, "checkout", _refuse_dead)
    app.before_request(_say_what_is_needed)
    if config.database_url is None:
        _start_on_first_use(app, engine, config)


def _say_what_is_needed() -> None:
    """A request that may only look needs no transactions."""
    db.session().info[READS_ONLY] = request.method in ("GET", "HEAD")


def _refuse_dead(connection: Any, record: Any, proxy: Any) -> None:
    """Have a connection that the server has closed replaced before a request meets it."""
    if has_ended(connection):
        raise DisconnectionError


def _start_on_first_use(app: Flask, engine: Engine, config: Config) -> None:
    """Without a DATABASE_URL, the first command to need the database finds it running and whole."""
    prepared = Event()

    @event.listens_for(engine, "do_connect")
    def address(dialect: Any, record: Any, arguments: Any, parameters: dict[str, Any]) -> None:
        if not prepared.is_set():
            # Migrations run over a connection of their own, so this does not come back here.
            with app.app_context():
                prepare_database(config)
            prepared.set()
        _, found = dialect.create_connect_args(make_url(ensure_server(config)))
        parameters.update(found)
