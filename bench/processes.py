"""What processes use, read from /proc: CPU time, and memory in its two meanings."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

import psycopg

TICKS = os.sysconf("SC_CLK_TCK")
_PSS = re.compile(r"^Pss:\s+(\d+)", re.M)
_RESIDENT = re.compile(r"^VmRSS:\s+(\d+)", re.M)
_PEAK = re.compile(r"^VmHWM:\s+(\d+)", re.M)


def tree(pid: int) -> set[int]:
    """A process and everything it has started."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            parents[int(entry.name)] = int(fields[1])
    found = {pid}
    while more := {one for one, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def leaves(pid: int) -> set[int]:
    """The processes of a tree that have started no others: the workers of a web server."""
    all_of_them = tree(pid)
    starters = {int(fields[1]) for one in all_of_them if (fields := _stat(one))}
    return all_of_them - starters


def cpu_seconds(pids: Iterable[int]) -> dict[int, float]:
    """User and system time that each of these processes has used so far."""
    return {
        pid: (int(fields[11]) + int(fields[12])) / TICKS for pid in pids if (fields := _stat(pid))
    }


def used_since(before: dict[int, float]) -> float:
    """The time used since `before` by those of its processes that still run."""
    return sum(now - before[pid] for pid, now in cpu_seconds(before).items())


def machine_cpu_seconds() -> float:
    """The time that all processors of this machine have been busy so far."""
    with Path("/proc/stat").open() as file:
        ticks = [int(one) for one in file.readline().split()[1:9]]
    idle, waiting = ticks[3], ticks[4]
    return (sum(ticks) - idle - waiting) / TICKS


def proportional_mb(pids: Iterable[int]) -> float:
    """The most that one of these processes takes now, shared pages counted in parts (PSS)."""
    return max((_number(pid, "smaps_rollup", _PSS) for pid in pids), default=0) / 1024


def resident_mb(pids: Iterable[int]) -> float:
    """The most that one of these processes holds now, shared pages counted in full (RSS)."""
    return max((_number(pid, "status", _RESIDENT) for pid in pids), default=0) / 1024


def forget_peaks(pids: Iterable[int]) -> None:
    """From now on their peaks are counted anew."""
    for pid in pids:
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak_resident_mb(pids: Iterable[int]) -> float:
    """The most that one of these processes ever held, shared pages counted in full (RSS)."""
    return max((_number(pid, "status", _PEAK) for pid in pids), default=0) / 1024


def backends(conninfo: str, database: str) -> set[int]:
    """The server processes that work for connections to a database, if they run on this machine."""
    with psycopg.connect(conninfo, dbname="postgres") as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s",
            [database],
        ).fetchall()
    return {pid for (pid,) in rows if _is_postgres(pid)}


def _is_postgres(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text().startswith("postgres")
    except OSError:
        return False


def _stat(pid: int) -> list[str]:
    """The fields after the name: state, parent, ...; nothing when the process has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _number(pid: int, file: str, pattern: re.Pattern[str]) -> int:
    try:
        found = pattern.search(Path(f"/proc/{pid}/{file}").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0
