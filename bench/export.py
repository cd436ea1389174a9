"""The download of everything as CSV: how long it takes, and what it costs in memory."""

import time
from typing import Any
from urllib.request import Request, urlopen

from bench.processes import leaves, peak_resident_mb, proportional_mb
from bench.servers import Running

PIECE = 1 << 16


def measured_export(side: Running) -> dict[str, Any]:
    """Download /members.csv once; `grown_mb` is what the worker's peak rose by."""
    workers = leaves(side.pid)
    before = peak_resident_mb(workers)
    started = time.perf_counter()
    length, most = 0, 0.0
    request = Request(f"{side.address}/members.csv", headers={"Accept-Language": "en"})
    with urlopen(request, timeout=120) as answer:
        while piece := answer.read(PIECE):
            if length >> 22 != (length + len(piece)) >> 22:
                most = max(most, proportional_mb(workers))
            length += len(piece)
    seconds = time.perf_counter() - started
    return {
        "side": side.name,
        "seconds": round(seconds, 2),
        "mb": round(length / 1e6, 1),
        "pss_mb": round(max(most, proportional_mb(workers)), 1),
        "grown_mb": round(peak_resident_mb(workers) - before, 1),
    }
