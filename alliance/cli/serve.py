"""`flask serve`: everything the service needs, started in order and stopped together."""

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from types import FrameType
from typing import IO

import click
from flask import current_app
from flask.cli import with_appcontext

from alliance.cli.embedded import ensure_server, let_go
from alliance.cli.postgres_programs import ServerTrouble
from alliance.cli.preparation import (
    example_sign_ins,
    load_example_when_empty,
    prepare_database,
)
from alliance.cli.web_server import command
from alliance.core.db import db
from config import ROOT, Config, listening_address

SECONDS_TO_BECOME_READY = 60
SECONDS_TO_STOP = 10

# Looked up beforehand: little may be done between fork and exec.
_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


class _Stopped(BaseException):
    """Somebody asked the service to stop; no error, so nothing but `serve` may catch it."""


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Start database, tables, example alliance and web server; stop them together."""
    config: Config = current_app.config["ALLIANCE"]
    try:
        with _only_one(config), _stoppable(), _port(config) as listener:
            _run(config, listener)
    except _Stopped:
        click.echo("Alliance has stopped.")


def _run(config: Config, listener: socket.socket) -> None:
    try:
        address = config.database_url
        if address is None:
            address = ensure_server(config, say=click.echo)
        prepare_database(config)
        load_example_when_empty()
        # Looked up before anybody is told that all is ready: from then on nothing is to be waited
        # for but the server, whatever signal comes.
        sign_ins = example_sign_ins()
        db.session.remove()
        with _web_server(config, listener, address) as server:
            _wait_until_ready(config, server)
            here = listening_address(config.host, config.port)
            click.echo(f"Alliance is ready at {here}")
            _tell_sign_ins(here, sign_ins)
            status = server.wait()
        raise ServerTrouble(f"The web server ended by itself (status {status}); see its log above.")
    finally:
        _ignore_further_signals()
        let_go(config)


def _tell_sign_ins(here: str, lines: Sequence[str]) -> None:
    if lines:
        click.echo(f"Example sign-ins for {here}/sign-in")
        for line in lines:
            click.echo(line)


@contextmanager
def _only_one(config: Config) -> Iterator[None]:
    """Hold this installation for one service; the file says which one holds it."""
    config.instance_path.mkdir(parents=True, exist_ok=True)
    path = config.instance_path / "serve.lock"
    try:
        file = path.open("a+", encoding="utf-8")
    except PermissionError:
        raise ServerTrouble(
            f"{path} belongs to another user. Start as that user, or set INSTANCE_PATH to a folder"
            " of your own."
        ) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServerTrouble(_already_running(file)) from None
        file.truncate(0)
        file.write(f"{os.getpid()} {listening_address(config.host, config.port)}\n")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def _already_running(file: IO[str]) -> str:
    file.seek(0)
    process, _, address = file.read().strip().partition(" ")
    where = f" at {address} (process {process})" if process else ""
    stop = f" Stop it with: kill {process}." if process else ""
    return (
        f"Alliance is already running{where}.{stop}"
        " To run another beside it, set PORT and INSTANCE_PATH."
    )


@contextmanager
def _port(config: Config) -> Iterator[socket.socket]:
    """Take the address before anything else is started, and hand it to the web server."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((config.host, config.port))
            listener.listen(2048)
        except OSError as error:
            raise ServerTrouble(
                f"Cannot listen on {config.host} port {config.port}: {error.strerror}. Set PORT"
                " (and HOST) to an address that is free on this machine, for example:"
                f" PORT={config.port + 1 if config.port < 65535 else 8000} make run"
            ) from None
        yield listener


@contextmanager
def _stoppable() -> Iterator[None]:
    """Turn SIGTERM, Ctrl-C and a closed terminal into an orderly end."""

    def stop(number: int, frame: FrameType | None) -> None:
        _ignore_further_signals()
        raise _Stopped

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    yield


def _ignore_further_signals() -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def _web_server(
    config: Config, listener: socket.socket, database_url: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run the web server in a session of its own, so that Ctrl-C reaches it only through us."""
    environment = {
        key: value for key, value in os.environ.items()
        if key not in ("FLASK_RUN_FROM_CLI", "DATABASE_OWNER_URL")
    }  # fmt: skip
    environment |= {"DATABASE_URL": database_url, "INSTANCE_PATH": str(config.instance_path)}
    server = subprocess.Popen(
        [sys.executable, *command(config, listener.fileno())],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        pass_fds=[listener.fileno()],
        start_new_session=True,
        preexec_fn=_end_with_parent,
    )
    try:
        yield server
    finally:
        _ignore_further_signals()
        server.terminate()
        try:
            server.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _end_with_parent() -> None:
    """Have Linux send SIGTERM to the web server when this process is killed outright."""
    with suppress(AttributeError):
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_until_ready(config: Config, server: subprocess.Popen[bytes]) -> None:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(config.host, config.host)
    end = time.monotonic() + SECONDS_TO_BECOME_READY
    pause = 0.05
    while time.monotonic() < end:
        if server.poll() is not None:
            raise ServerTrouble("The web server could not start; see its log above.")
        with suppress(OSError):
            connection = HTTPConnection(host, config.port, timeout=5)
            # By the one name that is always known: over IPv6 the number would not be.
            connection.request("GET", "/health/ready", headers={"Host": "localhost"})
            if connection.getresponse().status == 200:
                return
        time.sleep(pause)
        pause = min(2 * pause, 2.0)
    raise ServerTrouble(
        f"The web server did not become ready within {SECONDS_TO_BECOME_READY} seconds; see its log"
        " above, and whether the database answers."
    )
