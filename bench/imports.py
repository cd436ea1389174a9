"""The import of an outside file into a full database: time, memory, and what it recognises."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from bench.databases import Server
from bench.quality import entities, people, precision_and_recall, read
from bench.servers import environment
from config import ROOT

ORGANISATIONS, CONTACTS = "import_orgs.csv", "import_contacts.csv"
LONGEST_SECONDS = 900


def measured_import(server: Server, database: str, folder: Path) -> dict[str, Any] | str:
    """Import the outside file into a copy of a database; figures, or why there are none."""
    if not _has_command(server, database):
        return "The command `flask import members` does not exist yet."
    copy = f"{database}_import"
    server.copy(database, copy)
    try:
        with tempfile.TemporaryDirectory() as place:
            verdicts = Path(place) / "verdicts.csv"
            told = _run(server, copy, folder, verdicts)
            if "failed" in told:
                return f"The import failed: {told['failed']}"
            return told | _quality(server, copy, folder, read(verdicts))
    finally:
        server.drop(copy)


def _has_command(server: Server, database: str) -> bool:
    asked = subprocess.run(
        [sys.executable, "-m", "flask", "import", "members", "--help"],
        cwd=ROOT, env=environment(server.settings(database)), capture_output=True,
    )  # fmt: skip
    return asked.returncode == 0


def _run(server: Server, database: str, folder: Path, verdicts: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "flask", "import", "members", str(folder / ORGANISATIONS)]
    command += ["--contacts", str(folder / CONTACTS), "--only-good", "--json"]
    command += ["--verdicts", str(verdicts)]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=ROOT, env=environment(server.settings(database)), stdout=out, stderr=err,
        )  # fmt: skip
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - started
        out.seek(0)
        err.seek(0)
        said, complaint = out.read().decode(), err.read().decode()
    try:
        report = json.loads(said)
    except ValueError:
        return {"failed": (complaint or said).strip()[-600:]}
    return {
        "seconds": round(seconds, 1),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "rss_mb": round(usage.ru_maxrss / 1024, 1),
        "report": {key: value for key, value in report.items() if key != "errors"},
        "errors": report.get("errors", [])[:5],
    }


def _quality(
    server: Server, database: str, folder: Path, verdicts: list[Any]
) -> dict[str, dict[str, float]]:
    by_file: dict[str, list[Any]] = {}
    for verdict in verdicts:
        by_file.setdefault(Path(verdict["file"]).name, []).append(verdict)
    with psycopg.connect(server.conninfo(database)) as connection:
        stored = entities(connection, folder), people(connection, folder)
    found = {}
    for name, file, truth, column, known in (
        ("organisations", ORGANISATIONS, "truth_import_orgs.csv", "entity_id", stored[0]),
        ("contacts", CONTACTS, "truth_import_contacts.csv", "person_id", stored[1]),
    ):
        ordered = sorted(by_file.get(file, []), key=lambda one: int(one["row"]))
        found[name] = precision_and_recall(ordered, read(folder / truth), column, known)
    return found
