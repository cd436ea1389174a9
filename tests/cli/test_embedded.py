"""The embedded server is shared by all who use it, and stopped by the last; two roles guard it."""

import os
import signal
import subprocess
import sys

import psycopg
import pytest

from alliance.cli.postgres_programs import programs
from config import ROOT

USER = """
import sys
from pathlib import Path
from alliance.cli.embedded import ensure_server
from config import Config
print(ensure_server(Config.from_env()), flush=True)
sys.stdin.readline()
"""


class User:
    """A process that uses the embedded server until it is told to end."""

    def __init__(self, instance_path):
        kept = {k: v for k, v in os.environ.items() if not k.startswith("DATABASE_")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER],
            cwd=ROOT,
            env={**kept, "INSTANCE_PATH": str(instance_path), "PGPORT": "1", "PGHOST": "nowhere"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.address = self.process.stdout.readline().strip()

    def end(self):
        self.process.communicate("\n", timeout=30)
        return self.process.returncode


def is_running(instance_path):
    data = instance_path / "postgres"
    owner = data.stat()
    return (
        subprocess.run(
            [programs() / "pg_ctl", "-D", ".", "status"],
            cwd=data,
            user=owner.st_uid if os.geteuid() == 0 else None,
            group=owner.st_gid if os.geteuid() == 0 else None,
            extra_groups=[] if os.geteuid() == 0 else None,
            stdout=subprocess.DEVNULL,
            check=False,
        ).returncode
        == 0
    )


@pytest.fixture
def instance(folder):
    # A blank, a quote, a comma and a length beyond what a socket's name may have.
    return folder / ("it's an instance, " + "long " * 18 + "path")


def test_the_last_user_stops_the_server_whoever_started_it(instance):
    first, second = User(instance), User(instance)
    assert first.address == second.address != ""
    assert first.end() == 0
    assert is_running(instance)
    assert second.end() == 0
    assert not is_running(instance)


def test_a_user_that_was_killed_is_not_waited_for(instance):
    killed = User(instance)
    killed.process.kill()
    killed.process.wait()
    assert is_running(instance)
    later = User(instance)
    later.process.send_signal(signal.SIGTERM)
    assert later.process.wait(30) == 128 + signal.SIGTERM
    assert not is_running(instance)


def test_the_folder_of_the_data_is_nobody_elses(instance):
    user = User(instance)
    assert (instance / "postgres").stat().st_mode & 0o077 == 0
    user.end()


@pytest.mark.database
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history_entries SET reason = 'another'",
        "DELETE FROM history_entries",
        "TRUNCATE history_entries",
        "DROP TABLE settings",
        "CREATE TABLE more (id int)",
        "DELETE FROM alembic_version",
    ],
)
def test_the_services_role_cannot_change_history_or_tables(config, statement):
    if config.owner_database_url is None:
        pytest.skip("this server was given with one role only")
    address = config.database_url.replace("+psycopg", "")
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT count(*) FROM settings").fetchone() is not None
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
