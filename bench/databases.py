"""Databases of the benchmark: made, filled, and kept until something that shaped them changes."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from alliance.app import create_app
from alliance.cli.embedded import ensure_server, owner_url
from alliance.cli.preparation import prepare_database
from alliance.core.db import db
from alliance.core.text import sort_key
from bench.load import load
from bench.settings import DATA, HERE, SEED, STATE
from config import ROOT, Config

SHAPING = (
    "migrations",
    "alliance/core",
    "alliance/directory/rules",
    "alliance/directory/operations",
    "bench/load.py",
    "bench/bare_tables.sql",
    "bench/bare_desk.sql",
    "bench/datagen.py",
)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Server:
    """The PostgreSQL that is measured on; `service` and `owner` are its addresses for two roles."""

    config: Config
    service: URL
    owner: URL

    @classmethod
    def start(cls) -> "Server":
        """The server of DATABASE_URL, else the embedded one, with files of its own."""
        config = replace(Config.from_env(), instance_path=STATE / "server", statement_timeout_ms=0)
        if config.database_url is not None:
            given = make_url(config.database_url)
            return cls(config, given, given)
        return cls(config, make_url(ensure_server(config)), make_url(owner_url(config)))

    def settings(self, database: str) -> Config:
        """The product's settings for one database of this server."""
        return replace(
            self.config,
            database_url=_text(self.service.set(database=database)),
            owner_database_url=_text(self.owner.set(database=database)),
        )

    def conninfo(self, database: str) -> str:
        """The address of a database for psycopg, in the owner's role."""
        return _text(self.owner.set(database=database, drivername="postgresql"))

    def copy(self, database: str, name: str) -> None:
        """Make `name` an exact copy of a database, whose connections are ended for it."""
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [database],
            )
        self._administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._administer(f"CREATE DATABASE {name} TEMPLATE {database}")

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected."""
        self._administer(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def create(self, database: str) -> None:
        """Make an empty database, in the place of one of that name."""
        self.drop(database)
        self._administer(f"CREATE DATABASE {database} TEMPLATE template0 ENCODING 'UTF8'")

    def version(self) -> str:
        """The server's version, such as "18.1"."""
        with psycopg.connect(self.conninfo("postgres")) as connection:
            row = connection.execute("SHOW server_version").fetchone()
            return str(row[0]).split()[0] if row else ""

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement))  # type: ignore[arg-type]


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def data_folder(size: int, say: Say) -> Path:
    """The generated files for `size` organisations, made when they are not there."""
    folder = DATA / str(size)
    if not (folder / "complete").exists():
        say(f"Generating {size:,} organisations ...")
        draft = folder.with_name(f"{size}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        command = [sys.executable, str(HERE / "datagen.py"), "--orgs", str(size)]
        command += ["--seed", str(SEED), "--engagements", "0", "--out", str(draft)]
        subprocess.run(command, check=True)
        (draft / "complete").touch()
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    return folder


def filled(server: Server, size: int, say: Say) -> str:
    """The name of a database with `size` organisations and the tables of the bare views.

    It is made anew when anything changed that shapes it, unless KEEP=1 is set.
    """
    database, mark = f"bench_{size}", _signature(size)
    kept = _kept_signature(server, database)
    if kept == mark or (kept and os.environ.get("KEEP") == "1"):
        _migrate(server.settings(database))
        return database
    folder = data_folder(size, say)
    started = time.monotonic()
    say(f"Loading {size:,} organisations through the product's operations ...")
    server.create(database)
    config = server.settings(database)
    app = create_app(config)
    with app.app_context():
        prepare_database(config)
        ids = load(db.session(), folder)
        db.session.remove()
        db.engine.dispose()
    say(f"Loaded in {time.monotonic() - started:.0f} s. Making the tables of the bare views ...")
    _finish(server, database, ids, mark)
    return database


def _migrate(config: Config) -> None:
    with create_app(config).app_context():
        prepare_database(config)


def furnish(connection: psycopg.Connection, ids: dict[str, dict[int, int]]) -> None:
    """Make the tables of the bare views, and note which id each generated row has."""
    connection.execute(HERE.joinpath("bare_tables.sql").read_bytes())
    with connection.cursor().copy("COPY bench.loaded (kind, source, id) FROM STDIN") as copy:
        for kind, known in ids.items():
            for source, id in known.items():
                copy.write_row((kind, source, id))
    furnish_desk(connection)


def furnish_desk(connection: psycopg.Connection) -> None:
    """Make the tables of the bare views of the workspace."""
    connection.execute('CREATE TABLE bench.desk_keys (kind text, id bigint, key text COLLATE "C")')
    for kind, table in (("organisation", "organisations"), ("contact", "contacts")):
        named = connection.execute(f"SELECT id, name FROM {table}").fetchall()
        with connection.cursor().copy("COPY bench.desk_keys FROM STDIN") as copy:
            for id, name in named:
                copy.write_row((kind, id, sort_key(name)))
    connection.execute("ALTER TABLE bench.desk_keys ADD PRIMARY KEY (kind, id)")
    connection.execute(HERE.joinpath("bare_desk.sql").read_bytes())
    connection.execute("ANALYZE")


def _finish(server: Server, database: str, ids: dict[str, dict[int, int]], mark: str) -> None:
    with psycopg.connect(server.conninfo(database), autocommit=True) as connection:
        furnish(connection, ids)
        # Otherwise the server would tidy up in the middle of a measurement.
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
        role = make_url(server.settings(database).database_url or "").username
        if role and role != server.owner.username:
            name = sql.Identifier(role)
            connection.execute(sql.SQL("GRANT USAGE ON SCHEMA bench TO {}").format(name))
            rights = sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA bench TO {}")
            connection.execute(rights.format(name))
        connection.execute("INSERT INTO bench.made VALUES (%s)", [mark])


def _kept_signature(server: Server, database: str) -> str | None:
    try:
        with psycopg.connect(server.conninfo(database)) as connection:
            row = connection.execute("SELECT signature FROM bench.made").fetchone()
            return str(row[0]) if row else None
    except psycopg.Error:
        return None


def _signature(size: int) -> str:
    mark = hashlib.sha256(f"{size} {SEED}".encode())
    for place in SHAPING:
        path = ROOT / place
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                mark.update(file.read_bytes())
    return mark.hexdigest()
