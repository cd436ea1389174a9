"""Measuring one workload: both sides in turn, so that both meet the same noise."""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import median

from bench.processes import (
    backends,
    cpu_seconds,
    leaves,
    machine_cpu_seconds,
    peak_resident_mb,
    proportional_mb,
    tree,
    used_since,
)
from bench.servers import Running
from bench.settings import BenchSettings
from bench.workloads import Workload
from config import ROOT

WARM_SECONDS = 0.6
MOST_CONNECTIONS = 8
SEEN_EVERY = 0.5


@dataclass
class Figures:
    """What one side did under one workload at one number of connections. Times in milliseconds."""

    side: str
    connections: int
    requests: int = 0
    rates: list[float] = field(default_factory=list)
    errors: int = 0
    times: list[float] = field(default_factory=list)
    cpu: float = 0.0
    database_cpu: float = 0.0
    pss_mb: float = 0.0
    rss_mb: float = 0.0
    length: int = 0
    own_cpu_ms: float = 0.0
    others: float = 0.0

    @property
    def rate(self) -> float:
        """Requests per second: the middle one of the rounds, whatever disturbed one of them."""
        return median(self.rates)

    def percentile(self, share: float) -> float:
        """The time that this share of the requests stayed below."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def told(self) -> dict[str, float | int | str]:
        """For a file of results."""
        requests = max(1, self.requests)
        return {
            "side": self.side,
            "connections": self.connections,
            "requests": self.requests,
            "errors": self.errors,
            "per_second": round(self.rate, 1),
            "p50": round(self.percentile(0.50), 2),
            "p95": round(self.percentile(0.95), 2),
            "p99": round(self.percentile(0.99), 2),
            "cpu_ms": round(self.cpu * 1000 / requests, 3),
            "database_cpu_ms": round(self.database_cpu * 1000 / requests, 3),
            "pss_mb": round(self.pss_mb, 1),
            "rss_mb": round(self.rss_mb, 1),
            "bytes": self.length,
            "generator_cpu_ms": round(self.own_cpu_ms, 3),
            "others": round(self.others, 2),
        }


def measure(
    workload: Workload,
    sides: Sequence[Running],
    settings: BenchSettings,
    conninfo: str,
    database: str,
) -> list[Figures]:
    """The figures of each side at each number of connections."""
    lengths = {side.name: _length(side, _lines(workload, side)) for side in sides}
    found = []
    for connections in settings.connections:
        figures = [Figures(side.name, connections, length=lengths[side.name]) for side in sides]
        for _ in range(settings.rounds):
            for side, kept in zip(sides, figures, strict=True):
                _round(workload, side, kept, settings.seconds / settings.rounds, conninfo, database)
        found += figures
    return found


def warm(side: Running) -> None:
    """Have every worker of a server read what it keeps in memory."""
    with tempfile.NamedTemporaryFile("w", suffix=".paths", encoding="utf-8") as file:
        file.write("/members")
        file.flush()
        _generate(side.port, Path(file.name), 2 * MOST_CONNECTIONS, 3.0, 0.0)


def _lines(workload: Workload, side: Running) -> list[str]:
    """What the generator asks for: paths, each with a header behind a tab where it needs one."""
    if side.name == "bare":
        return list(workload.bare)
    passed = zip(workload.product, cycle(workload.headers or ("",)), strict=False)
    return [f"{path}\t{header}" if header else path for path, header in passed]


def _length(side: Running, lines: Sequence[str]) -> int:
    """The mean length of an answer in bytes, from a few of them."""
    few = lines[:: max(1, len(lines) // 20)]
    answers = [side.get(path, header) for path, _, header in (one.partition("\t") for one in few)]
    return round(sum(map(len, answers)) / len(few))


def _round(
    workload: Workload,
    side: Running,
    kept: Figures,
    seconds: float,
    conninfo: str,
    database: str,
) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".paths", encoding="utf-8") as file:
        file.write("\n".join(_lines(workload, side)))
        file.flush()
        _generate(side.port, Path(file.name), kept.connections, WARM_SECONDS, 0.0)
        web, served = tree(side.pid), backends(conninfo, database)
        before = cpu_seconds(web), cpu_seconds(served)
        all_before, at = machine_cpu_seconds(), time.perf_counter()
        with _Memory(leaves(side.pid)) as memory:
            told = _generate(side.port, Path(file.name), kept.connections, seconds, 0.0)
        lasted, all_used = time.perf_counter() - at, machine_cpu_seconds() - all_before
    used = used_since(before[0]), used_since(before[1])
    kept.cpu += used[0]
    kept.database_cpu += used[1]
    # The generator's own start is in what it used, too.
    own = told["own_cpu_ms"] * told["requests"] / 1000 + 0.1
    kept.others = max(kept.others, (all_used - sum(used) - own) / lasted)
    kept.requests += told["requests"]
    kept.rates.append(told["requests"] / told["seconds"])
    kept.errors += told["errors"]
    kept.times += told["times"]
    kept.own_cpu_ms = told["own_cpu_ms"]
    kept.pss_mb = max(kept.pss_mb, memory.pss)
    kept.rss_mb = max(kept.rss_mb, peak_resident_mb(leaves(side.pid)))


def _generate(port: int, paths: Path, connections: int, seconds: float, warm: float) -> dict:
    arguments = [str(port), str(paths), str(connections), str(seconds), str(warm)]
    done = subprocess.run(
        [sys.executable, "-m", "bench.generator", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=seconds + warm + 120,
    )  # fmt: skip
    told: dict = json.loads(done.stdout)
    return told


class _Memory:
    """Looks at the workers' memory now and then while they work."""

    def __init__(self, workers: set[int]) -> None:
        self.workers = workers
        self.pss = 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        while True:
            self.pss = max(self.pss, proportional_mb(self.workers))
            if self._end.wait(SEEN_EVERY):
                return
