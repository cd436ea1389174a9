"""Databases for tests: a migrated template, cloned for each worker and each test that commits."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from flask_migrate import upgrade
from psycopg import sql
from sqlalchemy import URL, make_url

from alliance.app import create_app
from alliance.cli.embedded import ensure_server, owner_url
from config import ROOT, Config

PREFIX = "alliance_test_"
LOCK = 253_837_841


def make_config(instance_path: Path) -> Config:
    """Settings for tests. The server is DATABASE_URL's, else an embedded one for tests alone."""
    given = Config.from_env({**os.environ, "ALLIANCE_MODE": "test"})
    return replace(
        given,
        mode="test",
        debug=False,
        instance_path=instance_path,
        secret_key="only-for-tests-" + "0123456789abcdef" * 2,
        base_url="http://localhost",
        log_level="warning",
        statement_timeout_ms=60_000,
        # As cheap as can be: tests set hundreds of passwords, and none of them guards anything.
        password_memory_kib=64,
        password_rounds=1,
    )


@dataclass(frozen=True)
class Databases:
    """The server that tests use. `service` and `owner` are its addresses for the two roles."""

    config: Config
    service: URL
    owner: URL
    is_embedded: bool

    @classmethod
    def start(cls, config: Config) -> "Databases":
        """Reach the server, starting the embedded one when no DATABASE_URL is given."""
        if config.database_url is not None:
            own = make_url(config.database_url)
            return cls(config, own, own, is_embedded=False)
        service = make_url(ensure_server(config, durable=False))
        return cls(config, service, make_url(owner_url(config)), is_embedded=True)

    def clone(self) -> Config:
        """Settings for a fresh database with all tables, which `drop` removes again."""
        with self._locked() as connection:
            self._remove_remains(connection)
            template = self._template(connection)
            taken = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
            number = next(n for n in range(10_000) if self._name(n) not in taken)
            name = self._name(number)
            _create(connection, name, template)
        return self.settings(name)

    def drop(self, config: Config) -> None:
        """Remove a clone; on a server that is not ours the last one takes the template with it."""
        assert config.database_url is not None
        with self._locked() as connection:
            _drop(connection, str(make_url(config.database_url).database))
            if not self.is_embedded and not _names(connection, f"{PREFIX}run_"):
                for name in _names(connection, PREFIX):
                    _drop(connection, name)

    def settings(self, database: str) -> Config:
        """The settings for one database of this server."""
        owner = _rendered(self.owner.set(database=database))
        return replace(
            self.config,
            database_url=_rendered(self.service.set(database=database)),
            owner_database_url=owner if self.owner != self.service else None,
        )

    def _template(self, connection: psycopg.Connection) -> str:
        name = f"{PREFIX}template_{_digest()}"
        if name not in _names(connection, PREFIX):
            for stale in _names(connection, f"{PREFIX}template_") if self.is_embedded else ():
                _drop(connection, stale)
            draft = f"{PREFIX}draft_{os.getpid()}"
            _create(connection, draft, "template0")
            app = create_app(self.settings(draft))
            with app.app_context():
                upgrade()
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(draft), sql.Identifier(name)
                )
            )
        return name

    def _name(self, number: int) -> str:
        return f"{PREFIX}run_{os.getpid()}_{number}"

    def _remove_remains(self, connection: psycopg.Connection) -> None:
        """Drop what runs that were killed have left on the embedded server."""
        for name in _names(connection, PREFIX) if self.is_embedded else ():
            owner = name.removeprefix(PREFIX).split("_")[1]
            if "template" not in name and not Path(f"/proc/{owner}").exists():
                _drop(connection, name)

    @contextmanager
    def _locked(self) -> Iterator[psycopg.Connection]:
        """A connection that makes and drops databases, one test process at a time."""
        url = self.owner.set(drivername="postgresql")
        parameters = dict(url.query) | url.translate_connect_args(
            username="user", database="dbname"
        )
        with psycopg.connect(**parameters, autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            yield connection


def _rendered(url: URL) -> str:
    """The address with blanks as both SQLAlchemy and PostgreSQL's own programs read them."""
    path, mark, query = url.render_as_string(hide_password=False).partition("?")
    return path + mark + query.replace("+", "%20")


def _digest() -> str:
    """Changes whenever the tables might."""
    files = sorted((ROOT / "migrations").rglob("*"))
    mark = hashlib.sha256((ROOT / "alliance" / "cli" / "roles.py").read_bytes())
    for path in files:
        if path.is_file() and path.suffix != ".pyc":
            mark.update(path.name.encode() + path.read_bytes())
    return mark.hexdigest()[:12]


def _names(connection: psycopg.Connection, prefix: str) -> list[str]:
    rows = connection.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]
    )
    return [row[0] for row in rows]


def _create(connection: psycopg.Connection, name: str, template: str) -> None:
    _drop(connection, name)
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    )
