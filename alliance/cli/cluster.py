"""One PostgreSQL data folder: how it is made, and its server started and stopped."""

import hashlib
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from alliance.cli.postgres_programs import ServerTrouble, major, programs, run

OWNER_ROLE = "alliance_owner"
APP_ROLE = "alliance_app"
DATABASE = "alliance"

SYSTEM_USER = "pgserver"
SOCKET_NAME = ".s.PGSQL.5432"
# The operating system allows 107 bytes on Linux and 103 elsewhere.
LONGEST_SOCKET = 103


@dataclass(frozen=True)
class Cluster:
    """A data folder; `say` hears what takes long or changes the machine."""

    data: Path
    durable: bool
    say: Callable[[str], None]

    def start(self) -> None:
        """Make the data folder if there is none, and start its server unless it runs already."""
        if self._running_pid() is not None:
            return
        runner = self._runner()
        binaries = programs()
        if runner is not None:
            self._open_for(runner, binaries)
        if not self.data.exists():
            self.say(f"Making the database under {self.data} (once, a few seconds).")
            self._make(runner, binaries)
        self._check_version(binaries)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        self._configure(runner)
        run(runner, self.data, binaries / "pg_ctl", "-D", ".", "-w", "-t", "90", "-s",
             "-l", "start.log", "start")  # fmt: skip

    def stop(self) -> None:
        """Stop the server, cutting what is still connected; harmless when it does not run."""
        if self._running_pid() is None:
            return
        socket = self.socket_folder()
        run(self._runner(), self.data, programs() / "pg_ctl", "-D", ".", "-w", "-t", "60", "-s",
            "-m", "fast", "stop")  # fmt: skip
        if socket != self.data:
            shutil.rmtree(socket, ignore_errors=True)

    def socket_folder(self) -> Path:
        """Where the running server listens; it said so itself, as TMPDIR may differ by caller."""
        try:
            return Path((self.data / "postmaster.pid").read_text().splitlines()[4])
        except (FileNotFoundError, IndexError):
            raise ServerTrouble(
                f"The embedded PostgreSQL has stopped. Its log is under {self.data}; start again."
            ) from None

    def _runner(self) -> pwd.struct_passwd | None:
        """The user that the server runs as when we are root, for PostgreSQL refuses root."""
        if os.geteuid() != 0:
            return None
        if self.data.exists() and self.data.stat().st_uid != 0:
            return pwd.getpwuid(self.data.stat().st_uid)
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            self.say(
                f"PostgreSQL refuses to run as root: making the system user {SYSTEM_USER} for it."
            )
            _make_system_user()
            return pwd.getpwnam(SYSTEM_USER)

    def _open_for(self, runner: pwd.struct_passwd, binaries: Path) -> None:
        """Let the server's user pass through to its programs and data, and nothing more."""
        for path in (self.data, binaries):
            for folder in path.parents:
                mode = stat.S_IMODE(folder.stat().st_mode)
                if not mode & stat.S_IXOTH and folder.stat().st_uid != runner.pw_uid:
                    self.say(f"Letting {runner.pw_name} pass through the folder {folder}.")
                    folder.chmod(mode | stat.S_IXOTH)
        for folder in (binaries.parent, *binaries.parent.parent.parent.glob("pixeltable*.libs")):
            _make_readable(folder)

    def _make(self, runner: pwd.struct_passwd | None, binaries: Path) -> None:
        # Made beside and renamed when whole: a start cut short leaves nothing that looks finished.
        draft = self.data.with_name(f"{self.data.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if runner is not None:
            os.chown(draft, runner.pw_uid, runner.pw_gid)
        locale = ["--locale=C"]
        if major(binaries) >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        run(runner, draft, binaries / "initdb", "-D", ".", "-U", OWNER_ROLE, "-E", "UTF8",
             "--auth=reject", "--no-instructions", *locale,
             *([] if self.durable else ["--no-sync"]))  # fmt: skip
        draft.rename(self.data)

    def _check_version(self, binaries: Path) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if int(made_by) != major(binaries):
            raise ServerTrouble(
                f"The data under {self.data} is of PostgreSQL {made_by}, the programs here are"
                f" PostgreSQL {major(binaries)}. Move it over with pg_dump and pg_restore, or run"
                f" your own PostgreSQL {made_by} and set DATABASE_URL."
            )

    def _configure(self, runner: pwd.struct_passwd | None) -> None:
        """Write the settings anew at each start, as the project may have been moved or updated."""
        socket = self._choose_socket_folder(runner)
        quoted = str(socket).replace("'", "''")
        settings = [
            "# Written at each start of Alliance; changes belong into postgresql.auto.conf.",
            "listen_addresses = ''",
            f"unix_socket_directories = '{quoted}'",
            "unix_socket_permissions = 0700",
            "logging_collector = on",
            "log_filename = 'postgres-%a.log'",
            "log_truncate_on_rotation = on",
            "log_rotation_age = 1d",
            "log_rotation_size = 0",
            "jit = off",
        ]
        if not self.durable:
            settings += ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]
        # Whoever may open the socket is known by the operating system: no password lies about.
        users = {pwd.getpwuid(os.geteuid()).pw_name, "root"} | (
            {runner.pw_name} if runner is not None else set()
        )
        ident = [f'alliance "{user}" {role}' for user in sorted(users)
                 for role in (OWNER_ROLE, APP_ROLE)]  # fmt: skip
        self._write(runner, "alliance.conf", settings)
        self._write(runner, "pg_hba.conf", ["local all all peer map=alliance"])
        self._write(runner, "pg_ident.conf", ident)
        main = self.data / "postgresql.conf"
        if "include 'alliance.conf'" not in main.read_text():
            with main.open("a") as file:
                file.write("\ninclude 'alliance.conf'\n")

    def _write(self, runner: pwd.struct_passwd | None, name: str, lines: list[str]) -> None:
        path = self.data / name
        path.write_text("\n".join(lines) + "\n")
        path.chmod(0o600)
        if runner is not None:
            os.chown(path, runner.pw_uid, runner.pw_gid)

    def _choose_socket_folder(self, runner: pwd.struct_passwd | None) -> Path:
        """The data folder, or a short private one where its path is too long or not plain.

        A comma would part two servers in an address, and a blank is written there in two ways.
        """
        path = os.fsencode(self.data / SOCKET_NAME)
        if len(path) <= LONGEST_SOCKET and not re.search(rb'[\s,"\\+]', path):
            return self.data
        owner = runner.pw_uid if runner is not None else os.geteuid()
        mark = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"alliance-{owner}-{mark}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in (owner, os.geteuid()):
            raise ServerTrouble(
                f"The folder {folder} belongs to somebody else. Remove it, or set TMPDIR or"
                " INSTANCE_PATH to a short path of your own."
            )
        folder.chmod(0o700)
        if runner is not None:
            os.chown(folder, runner.pw_uid, runner.pw_gid)
        return folder

    def _running_pid(self) -> int | None:
        """The server's process, or None, also when another program got its number meanwhile."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            os.kill(pid, 0)
        except (FileNotFoundError, ValueError, IndexError, ProcessLookupError):
            return None
        except PermissionError:
            pass
        name = Path(f"/proc/{pid}/comm")
        if name.exists() and not name.read_text().startswith("postgres"):
            return None
        return pid


def _make_system_user() -> None:
    try:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin",
             SYSTEM_USER],
            check=True,
            capture_output=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        raise ServerTrouble(
            f"The system user {SYSTEM_USER} could not be made. Make it yourself (useradd --system"
            f" {SYSTEM_USER}), start as an ordinary user, or set DATABASE_URL."
        ) from None


def _make_readable(folder: Path) -> None:
    """Let every user read the programs, which a strict umask at installation may have closed."""
    for path in (folder, *folder.rglob("*")):
        if path.is_symlink():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if wanted != mode:
            path.chmod(wanted)
