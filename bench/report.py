"""The table of a run: printed, and kept in docs/benchmark.md."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.settings import HERE

COLUMNS = (
    "", "Workload", "Connections", "Service: requests/s", "p50", "p95", "p99 ms", "Statements",
    "CPU ms", "Bare: requests/s", "p95 ms", "CPU ms", "Ratio", "Aim", "by CPU", "kB: service",
    "bare",
)  # fmt: skip
QUIET = 0.15


def machine(postgresql: str) -> dict[str, Any]:
    """What the figures were taken on."""
    model = ""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": os.cpu_count(),
        "processor": model,
        "memory_gb": round(memory),
        "python": platform.python_version(),
        "postgresql": postgresql,
        "date": datetime.now(UTC).date().isoformat(),
    }


def document(results: list[dict[str, Any]]) -> str:
    """The page for docs/ of one run at several sizes."""
    known = results[0]["machine"]
    taken = (
        f"\nTaken on {known['date']}: {known['cores']} cores ({known['processor']}),"
        f" {known['memory_gb']} GB, Python {known['python']}, PostgreSQL {known['postgresql']}.\n"
    )
    head = (HERE / "head.md").read_text(encoding="utf-8")
    return head + taken + "".join(f"\n{table(result)}" for result in results)


def table(result: dict[str, Any]) -> str:
    """Everything that was found at one size, as Markdown."""
    lines = [
        f"## {result['size']:,} organisations",
        "",
        _row(COLUMNS),
        _row(["---"] * len(COLUMNS)),
    ]
    for one in result["workloads"]:
        lines += [_row(cells) for cells in _cells(one)]
    for one in result.get("cached", ()):
        lines += [_row(_cached_cells(one, kept)) for kept in one["figures"]]
    lines += ["", *_notes(result), ""]
    return "\n".join(lines)


def _cells(one: dict[str, Any]) -> list[list[str]]:
    sides: dict[int, dict[str, Any]] = {}
    for kept in one["figures"]:
        sides.setdefault(kept["connections"], {})[kept["side"]] = kept
    found = []
    for connections, pair in sides.items():
        own, lean = pair["product"], pair["bare"]
        ratio = own["per_second"] / lean["per_second"] if lean["per_second"] else 0.0
        errors = own["errors"] + lean["errors"]
        found.append(
            [
                one["code"], one["title"], str(connections), *_side(own), str(one["statements"]),
                _cpu(own), f"{lean['per_second']:,.0f}", f"{lean['p95']:.1f}", _cpu(lean),
                f"**{ratio:.2f}**" + (f" ({errors} errors)" if errors else ""),
                f"≥ {one['aim']}" if one["aim"] else "–",
                f"{_whole_cpu(lean) / max(0.001, _whole_cpu(own)):.2f}",
                f"{own['bytes'] / 1000:.1f}", f"{lean['bytes'] / 1000:.1f}",
            ]
        )  # fmt: skip
    return found


def _cached_cells(one: dict[str, Any], kept: dict[str, Any]) -> list[str]:
    title = f"{one['title']}, page cache on"
    return [
        one["code"], title, str(kept["connections"]), *_side(kept), str(one["statements"]),
        _cpu(kept), *["–"] * 6, f"{kept['bytes'] / 1000:.1f}", "–",
    ]  # fmt: skip


def _cpu(kept: dict[str, Any]) -> str:
    return f"{kept['cpu_ms']:.2f} + {kept['database_cpu_ms']:.2f}"


def _whole_cpu(kept: dict[str, Any]) -> float:
    return float(kept["cpu_ms"] + kept["database_cpu_ms"])


def _side(kept: dict[str, Any]) -> list[str]:
    return [f"{kept['per_second']:,.0f}", *(f"{kept[key]:.1f}" for key in ("p50", "p95", "p99"))]


def _notes(result: dict[str, Any]) -> list[str]:
    quality, worker = result.get("quality"), result["worker"]
    lines = []
    if quality:
        lines.append(
            f"- Misspelt searches ({quality['questions']}): the organisation meant stands first"
            f" in {quality['hit1']:.1%}, among the first ten in {quality['hit10']:.1%}."
        )
    lines += [
        (
            f"- A web worker after all of this: {worker['pss_mb']} MB (PSS), at its peak"
            f" {worker['peak_rss_mb']} MB (RSS, shared pages counted in full)."
        ),
    ]
    for one in result.get("export", ()):
        lines.append(
            f"- {one['title']}, {one['side']}: {one['seconds']} s for {one['mb']} MB; the worker's"
            f" memory rose by {one['grown_mb']} MB at most."
        )
    if "work" in result:
        lines += _work_lines(result["work"])
    told = result.get("import")
    if isinstance(told, str):
        lines.append(f"- Import: {told}")
    elif told:
        lines.append(_import_line(told))
    loads = [kept["generator_cpu_ms"] for one in result["workloads"] for kept in one["figures"]]
    if loads:
        lines.append(f"- The generator itself used {min(loads)} to {max(loads)} ms CPU a request.")
    others = [kept["others"] for one in result["workloads"] for kept in one["figures"]]
    if others and max(others) > QUIET:
        disturbed = sum(one > QUIET for one in others)
        lines.append(
            f"- **The machine was not quiet**: in {disturbed} of {len(others)} measurements other"
            f" processes used more than {QUIET} of a core (at most {max(others)}). Then trust the"
            " ratio by CPU and run again."
        )
    return lines


def _work_lines(work: dict[str, Any]) -> list[str]:
    after = sorted(work["after_edit"])
    return [
        (
            f"- Workspace, bulk edit of {work['changed']:,} records with history:"
            f" {work['bulk_seconds']} s (aim: under 20 s); taken back ({work['restored']:,}):"
            f" {work['undo_seconds']} s."
        ),
        (
            "- Workspace, the slowest of eight lists that are asked for at once: the first ones"
            f" after the start {work['first_seconds']} s, then {work['usual_seconds']} s, after one"
            f" edit {after[len(after) // 2]} s (at most {after[-1]} s), after the bulk edit"
            f" {work['after_bulk']} s, after it was taken back {work['after_undo']} s."
        ),
    ]


def _import_line(told: dict[str, Any]) -> str:
    counts = ", ".join(
        f"{key} {value:,}" for key, value in told["report"].items() if isinstance(value, int)
    )
    shares = "; ".join(
        f"{name}: precision {told[name]['precision']:.4f}, recall {told[name]['recall']:.4f}"
        for name in ("organisations", "contacts")
    )
    return (
        f"- Import with search for duplicates into this database: {told['seconds']} s"
        f" ({told['cpu_seconds']} s CPU), {told['rss_mb']} MB at its peak. {counts}. {shares}."
    )


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
