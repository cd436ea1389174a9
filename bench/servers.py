"""The two servers that are measured side by side, with one web server and the same settings."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from alliance.cli.web_server import command
from bench.settings import SECRET, STATE
from config import ROOT, Config

SECONDS_TO_START = 90


@dataclass(frozen=True)
class Running:
    """A server that answers. `pid` is the process at the top of its tree."""

    name: str
    port: int
    pid: int

    @property
    def address(self) -> str:
        """Its address without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, line: str = "") -> bytes:
        """The body of the answer at a path. Raises HTTPError unless it succeeded.

        line: one more header, such as "Cookie: session=…".
        """
        request = Request(self.address + path, headers=headers(line))
        with urlopen(request, timeout=300) as answer:
            return bytes(answer.read())


def headers(line: str = "") -> dict[str, str]:
    """The headers of a request in English, with one more where its line is given."""
    name, _, value = line.partition(": ")
    return {"Accept-Language": "en"} | ({name: value} if name else {})


@contextmanager
def product(config: Config, *, page_cache: bool) -> Iterator[Running]:
    """The service as `flask serve` runs it. Its log goes to a file, as an installation's would."""
    port = _free_port()
    given = environment(config) | {
        "PORT": str(port),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "PAGE_CACHE": "on" if page_cache else "off",
    }
    with _started([sys.executable, "-m", "flask", "serve"], given, "product") as server:
        _wait(server, f"http://127.0.0.1:{port}/health/ready")
        yield Running("product", port, server.pid)


@contextmanager
def bare(config: Config, frames: Path) -> Iterator[Running]:
    """The bare views, in a web server that is called as the service's is."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(2048)
        port = listener.getsockname()[1]
        called = ["bench.bare_desk:app" if part == "wsgi:app" else part
                  for part in command(config, listener.fileno())]  # fmt: skip
        given = environment(config) | {
            "BENCH_DATABASE": (config.database_url or "").replace("+psycopg", "", 1),
            "BENCH_FRAMES": str(frames),
        }
        with _started(
            [sys.executable, *called], given, "bare", pass_fds=(listener.fileno(),)
        ) as server:
            _wait(server, f"http://127.0.0.1:{port}/members")
            yield Running("bare", port, server.pid)


def environment(config: Config) -> dict[str, str]:
    """What a process of the service finds in its environment when it works on this database."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TZ") if key in os.environ}
    return kept | {
        "DATABASE_URL": config.database_url or "",
        "DATABASE_OWNER_URL": config.owner_database_url or "",
        "INSTANCE_PATH": str(STATE / "instance"),
        "SECRET_KEY": SECRET,
        "WEB_WORKERS": "2",
        "PYTHONUNBUFFERED": "1",
    }


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def _started(
    arguments: list[str], environment: dict[str, str], name: str, pass_fds: tuple[int, ...] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    log = STATE / f"{name}.log"
    with log.open("wb") as file:
        server = subprocess.Popen(
            arguments, cwd=ROOT, env=environment, stdout=file, stderr=file, pass_fds=pass_fds
        )
        try:
            yield server
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait(server: subprocess.Popen[bytes], address: str) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            with urlopen(address, timeout=10):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"{address} did not answer; see the logs in {STATE}.")
