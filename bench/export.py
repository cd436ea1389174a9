"""Downloads of everything: how long they take, and what they cost in memory."""

import time
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from uuid import uuid4

from bench.passes import Passes
from bench.processes import (
    forget_peaks,
    leaves,
    peak_resident_mb,
    proportional_mb,
    resident_mb,
)
from bench.servers import Running, headers

PIECE = 1 << 16


def measured_export(side: Running) -> dict[str, Any]:
    """Download /members.csv once."""
    request = Request(f"{side.address}/members.csv", headers=headers())
    found = _downloaded(side, "All as CSV", request)
    del found["type"]
    return found


def measured_desk_export(service: Running, passes: Passes, kind: str) -> dict[str, Any]:
    """Download every organisation, member or not, with all that is kept, as the workspace does."""
    sent = {
        "kind": kind,
        "query": "",
        "ids": "",
        "csrf_token": passes.csrf_token,
        "submission": uuid4().hex,
    }
    request = Request(
        f"{service.address}/staff/organisations/export",
        data=urlencode(sent).encode(),
        headers=headers(passes.cookie),
    )
    found = _downloaded(service, f"Workspace: all as {kind.upper()}", request)
    if kind not in found.pop("type"):
        raise RuntimeError(f"The export as {kind} answered with a page.")
    return found


def _downloaded(side: Running, title: str, request: Request) -> dict[str, Any]:
    """`grown_mb` is how far a worker's memory rose above what it was before."""
    workers = leaves(side.pid)
    before = {pid: resident_mb([pid]) for pid in workers}
    forget_peaks(workers)
    started = time.perf_counter()
    length, most = 0, 0.0
    with urlopen(request, timeout=300) as answer:
        told = str(answer.headers["Content-Disposition"])
        while piece := answer.read(PIECE):
            if length >> 22 != (length + len(piece)) >> 22:
                most = max(most, proportional_mb(workers))
            length += len(piece)
    seconds = time.perf_counter() - started
    return {
        "side": side.name,
        "title": title,
        "type": told,
        "seconds": round(seconds, 2),
        "mb": round(length / 1e6, 1),
        "pss_mb": round(max(most, proportional_mb(workers)), 1),
        "grown_mb": round(max(peak_resident_mb([pid]) - before[pid] for pid in workers), 1),
    }
