"""`flask serve`, which is `make run`: one command starts everything, and ends it all again."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from config import ROOT

SECONDS_TO_START = 90
SECONDS_TO_STOP = 20


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    """`flask serve` on an instance folder of its own, with the embedded server."""

    def __init__(self, instance_path, port, output=None, **env):
        kept = {k: v for k, v in os.environ.items() if not k.startswith("DATABASE_")}
        self.port = port
        self.log = instance_path.parent / f"output-{port}-{time.monotonic_ns()}"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", "serve"],
                cwd=ROOT,
                env={**kept, "INSTANCE_PATH": str(instance_path), "PORT": str(port), **env},
                stdin=subprocess.DEVNULL,
                stdout=output or log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def output(self):
        return self.log.read_text()

    def wait_for(self, line):
        end = time.monotonic() + SECONDS_TO_START
        while line not in self.output():
            assert self.process.poll() is None, self.output()
            assert time.monotonic() < end, self.output()
            time.sleep(0.1)

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(SECONDS_TO_STOP)

    def ready(self):
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=10) as answer:
                return answer.status
        except HTTPError as error:
            return error.code


@pytest.fixture
def start(folder):
    """Start services, by default in one folder whose name has blanks; end what a test leaves."""
    started = []

    def begin(*, port=None, **env):
        started.append(Service(folder / "the instance", port or free_port(), **env))
        return started[-1]

    yield begin
    for service in started:
        if service.process.poll() is None:
            service.stop()


def processes_about(folder: Path):
    """The command lines of all processes that name the folder or have it in their environment."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            told = (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
            works_in = os.fsencode(place.joinpath("cwd").readlink())
        except OSError:
            continue
        if (os.fsencode(folder) in told + works_in) and place.name != str(os.getpid()):
            found.append(told.split(b"\0")[:3])
    return found


def test_it_starts_says_where_it_is_refuses_a_second_start_and_leaves_nothing(start, folder):
    service = start()
    service.wait_for(f"Alliance is ready at http://127.0.0.1:{service.port}\n")
    assert service.ready() == 200

    second = start(port=free_port())
    assert second.process.wait(SECONDS_TO_START) != 0
    assert f"already running at http://127.0.0.1:{service.port}" in second.output()
    assert f"kill {service.process.pid}" in second.output()
    assert service.ready() == 200

    assert len(processes_about(folder / "the instance")) >= 4
    assert service.stop() == 0
    assert processes_about(folder / "the instance") == []
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", service.port)) != 0


def test_ctrl_c_and_a_second_start_in_the_same_place_work(start, folder):
    first = start()
    first.wait_for("Alliance is ready at ")
    os.killpg(first.process.pid, signal.SIGINT)
    assert first.process.wait(SECONDS_TO_STOP) == 0
    again = start(port=first.port)
    again.wait_for("Alliance is ready at ")
    assert "Making the database" not in again.output()
    assert again.stop() == 0
    assert processes_about(folder / "the instance") == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a killed parent")
def test_after_being_killed_outright_it_starts_again_in_the_same_place(start, folder):
    killed = start()
    killed.wait_for("Alliance is ready at ")
    killed.process.kill()
    killed.process.wait()
    end = time.monotonic() + SECONDS_TO_STOP
    while any(b"gunicorn" in part for told in processes_about(folder) for part in told):
        assert time.monotonic() < end
        time.sleep(0.1)
    again = start(port=killed.port)
    again.wait_for("Alliance is ready at ")
    assert again.stop() == 0
    assert processes_about(folder / "the instance") == []


def test_a_reader_that_stops_reading_the_log_does_not_stop_the_service(start):
    reading, writing = os.pipe()
    service = start(output=writing)
    os.close(writing)
    told = b""
    while b"Alliance is ready at " not in told:
        told += os.read(reading, 4096)
    # More than a pipe holds, and nobody reads it.
    for _ in range(60):
        with pytest.raises(HTTPError) as absent:
            urlopen(f"http://127.0.0.1:{service.port}/nothing/{'x' * 2000}", timeout=10)
        assert absent.value.code == 404
    os.close(reading)
    service.stop()


def test_a_busy_port_is_said_before_anything_is_started(start, folder):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        service = start(port=port)
        assert service.process.wait(SECONDS_TO_START) != 0
    assert f"Cannot listen on 127.0.0.1 port {port}" in service.output()
    assert "PORT=" in service.output()
    assert not (folder / "the instance" / "postgres").exists()


def test_while_the_database_is_away_it_is_not_ready_and_then_it_is_again(start, folder):
    service = start()
    service.wait_for("Alliance is ready at ")
    data = folder / "the instance" / "postgres"
    control(data, "stop", "-m", "immediate")
    for path in ("/health/ready", "/members", "/api/v1/organisations"):
        with pytest.raises(HTTPError) as refused:
            urlopen(f"http://127.0.0.1:{service.port}{path}", timeout=10)
        assert refused.value.code == 503
        assert refused.value.headers["Retry-After"].isdigit()
    assert urlopen(f"http://127.0.0.1:{service.port}/health/live", timeout=10).status == 200
    control(data, "start", "-l", "start.log")
    end = time.monotonic() + 10
    while service.ready() != 200:
        assert time.monotonic() < end
        time.sleep(0.2)
    # Whichever worker answers, no request has to fail for it to notice.
    for _ in range(8):
        assert urlopen(f"http://127.0.0.1:{service.port}/members", timeout=10).status == 200


def test_a_database_that_cannot_be_reached_is_named_without_its_password(start):
    service = start(DATABASE_URL="postgresql://someone:hush@127.0.0.1:1/nowhere")
    assert service.process.wait(SECONDS_TO_START) != 0
    assert "DATABASE_URL" in service.output()
    assert "hush" not in service.output()
    assert "Traceback" not in service.output()


@pytest.mark.parametrize(
    ("variable", "value"),
    [("SECRET_KEY", "secret"), ("FLASK_DEBUG", "1"), ("PORT", "eighty"), ("BASE_URL", "here")],
)
def test_a_harmful_setting_stops_the_start_with_a_sentence(start, variable, value):
    service = start(**{variable: value}) if variable != "PORT" else start(port=value)
    assert service.process.wait(SECONDS_TO_START) != 0
    assert re.search(rf"^Alliance cannot start: {variable}\b", service.output(), re.M)
    assert "Traceback" not in service.output()


def control(data, *arguments):
    from alliance.cli.postgres_programs import programs

    owner = data.stat()
    subprocess.run(
        [programs() / "pg_ctl", "-D", ".", "-w", "-s", *arguments],
        cwd=data,
        user=owner.st_uid if os.geteuid() == 0 else None,
        group=owner.st_gid if os.geteuid() == 0 else None,
        extra_groups=[] if os.geteuid() == 0 else None,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_requests_that_never_end_and_forged_headers_harm_nobody_else(start):
    service = start()
    service.wait_for("Alliance is ready at")
    address = ("127.0.0.1", service.port)
    unfinished = [socket.create_connection(address, timeout=10) for _ in range(40)]
    for one in unfinished:
        one.sendall(b"GET /members?q=canary.person HTTP/1.1\r\nHost: localhost\r\nX-Wait: ")
    time.sleep(0.3)
    assert service.ready()
    forged = (
        b"GET /evil.example/about HTTP/1.1\r\nHost: localhost\r\nSCRIPT_NAME: /evil.example\r\n"
    )
    for request, status in (
        (forged + b"Connection: close\r\n\r\n", b"404"),
        (b"GET /?q=canary.person HTTP/1.1\r\nHost : localhost\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + 40_000 * b"x", b"431"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n", b""),
    ):
        with socket.create_connection(address, timeout=10) as one:
            one.sendall(request)
            one.shutdown(socket.SHUT_WR)
            assert one.recv(12)[9:] == status, request[:60]
    unfinished[0].sendall(b"no more\r\nConnection: close\r\n\r\n")
    assert unfinished[0].recv(12) == b"HTTP/1.1 200"
    for one in unfinished:
        one.close()
    assert "canary" not in service.output()
