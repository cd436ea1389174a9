"""`make bench`: fill databases, measure side by side, print the table and keep it.

SIZES=1000 SECONDS=1 make bench gives a quick look. See docs/benchmark.md.
"""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from bench import report
from bench.databases import Server, data_folder, filled
from bench.desk_work import measured_work
from bench.desk_workloads import desk_workloads
from bench.export import measured_desk_export, measured_export
from bench.frames import take, take_desk
from bench.imports import measured_import
from bench.measure import Figures, measure, warm
from bench.passes import Passes, make_passes
from bench.processes import leaves, peak_resident_mb, proportional_mb
from bench.quality import misspelt_hits
from bench.servers import Running, bare, product
from bench.settings import RESULTS, STATE, TABLE, BenchSettings
from bench.statements import StatementCounter
from bench.workloads import COUNTRIES, Workload, workloads
from config import Config


def main() -> int:
    """Run the benchmark as the environment says."""
    # Commands of the service that this one starts must not take it for a console of their own.
    os.environ["ALLIANCE_MODE"] = "production"
    settings = BenchSettings.from_env()
    STATE.mkdir(parents=True, exist_ok=True)
    server = Server.start()
    machine = report.machine(server.version())
    say(f"{machine['cores']} cores, Python {machine['python']}, PostgreSQL {machine['postgresql']}")
    results = []
    for size in settings.sizes:
        database = filled(server, size, say)
        result = {"size": size, "machine": machine, **_measured(server, database, size, settings)}
        results.append(result)
        _keep(result)
        print(report.table(result), flush=True)
    if settings.keep_table:
        TABLE.write_text(report.document(results), encoding="utf-8")
        say(f"The table is kept in {TABLE.name}.")
    return 0


def say(text: str) -> None:
    """Tell whoever waits what happens; the table itself goes to the standard output."""
    print(text, file=sys.stderr, flush=True)


def _measured(server: Server, database: str, size: int, settings: BenchSettings) -> dict[str, Any]:
    folder, conninfo = data_folder(size, say), server.conninfo(database)
    with psycopg.connect(conninfo) as connection:
        passes = make_passes(server.settings(database))
        every = [*workloads(connection, folder), *desk_workloads(connection, passes)]
        wanted = [one for one in every if not settings.only or one.code in settings.only]
        counter = StatementCounter(server.settings(database))
        statements = {one.code: counter.most(one) for one in wanted}
        found: dict[str, Any] = {}
        if not settings.only:
            found["quality"] = misspelt_hits(counter.client, connection, folder)
        counter.close()
    config = server.settings(database)
    found |= _served(config, conninfo, database, wanted, statements, settings, passes)
    if not settings.only or "work" in settings.only:
        say("A bulk edit, and lists after edits")
        found["work"] = measured_work(server, database)
    if settings.with_import:
        say("Importing an outside file ...")
        found["import"] = measured_import(server, database, folder)
    return found


def _served(
    config: Config,
    conninfo: str,
    database: str,
    wanted: list[Workload],
    statements: dict[str, int],
    settings: BenchSettings,
    passes: Passes,
) -> dict[str, Any]:
    found: dict[str, Any] = {"workloads": []}
    frames = STATE / "frames"
    with product(config, page_cache=False) as service:
        _take_frames(service, conninfo, passes, frames)
        with bare(config, frames) as lean:
            sides = (service, lean)
            for side in sides:
                warm(side)
            for one in wanted:
                say(f"{one.code}: {one.title}")
                figures = measure(one, sides, settings, conninfo, database)
                found["workloads"].append(_told(one, figures, statements[one.code]))
            if not settings.only or "export" in settings.only:
                found["export"] = [measured_export(side) for side in sides]
                # Exports ask for a proof of who one is that was given lately.
                anew = make_passes(config, tokens=1)
                found["export"] += [
                    measured_desk_export(service, anew, kind) for kind in ("csv", "xlsx")
                ]
            workers = leaves(service.pid)
            found["worker"] = {
                "pss_mb": round(proportional_mb(workers), 1),
                "peak_rss_mb": round(peak_resident_mb(workers), 1),
            }
    if not settings.only:
        say("The first page from the page cache")
        found["cached"] = _cached(config, conninfo, database, wanted, settings)
    return found


def _take_frames(service: Running, conninfo: str, passes: Passes, folder: Path) -> None:
    with psycopg.connect(conninfo) as connection:
        row = connection.execute("SELECT slug, id FROM bench.documents ORDER BY id").fetchone()
    slug, id = row or ("", 0)
    take(lambda path: service.get(path).decode(), slug, folder)
    take_desk(lambda path: service.get(path, passes.cookie).decode(), id, COUNTRIES[0], folder)


def _cached(
    config: Config,
    conninfo: str,
    database: str,
    wanted: list[Workload],
    settings: BenchSettings,
) -> list[dict[str, Any]]:
    with product(config, page_cache=True) as service:
        warm(service)
        return [
            _told(one, measure(one, (service,), settings, conninfo, database), 1)
            for one in wanted
            if one.code in ("W1", "home")
        ]


def _told(one: Workload, figures: list[Figures], statements: int | None) -> dict[str, Any]:
    return {
        "code": one.code,
        "title": one.title,
        "aim": one.aim,
        "statements": statements,
        "figures": [kept.told() for kept in figures],
    }


def _keep(result: dict[str, Any]) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S")
    path = RESULTS / f"{at}-{result['size']}.json"
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
