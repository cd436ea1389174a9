"""What a run of the benchmark may be told, all by environment variables."""

import os
from dataclasses import dataclass
from pathlib import Path

from config import ROOT

HERE = Path(__file__).resolve().parent
DATA = HERE / "data"
STATE = HERE / ".state"
RESULTS = HERE / "results"
TABLE = ROOT / "docs" / "benchmark.md"
SEED = 1
SECRET = "kept-for-the-benchmark-0123456789-abcdef"  # noqa: S105 - signs nothing that is kept


@dataclass(frozen=True)
class BenchSettings:
    """`seconds` are measured for each side, workload and number of connections.

    `only` restricts the workloads; empty means all. `keep_table` says whether docs/benchmark.md is
    rewritten: a quick look should not replace figures that were taken with care.
    """

    sizes: tuple[int, ...] = (10_000, 100_000)
    seconds: float = 6.0
    rounds: int = 3
    connections: tuple[int, ...] = (1, 8)
    only: tuple[str, ...] = ()
    with_import: bool = True
    keep_table: bool = True

    @classmethod
    def from_env(cls) -> "BenchSettings":
        """Read SIZES, SECONDS, ROUNDS, CONNECTIONS, ONLY, and IMPORT and TABLE as 0 or 1."""
        only = tuple(filter(None, os.environ.get("ONLY", "").split(",")))
        sizes = _numbers("SIZES", cls.sizes)
        whole = not only and min(sizes) >= 10_000
        return cls(
            sizes=sizes,
            seconds=float(os.environ.get("SECONDS", cls.seconds)),
            rounds=int(os.environ.get("ROUNDS", cls.rounds)),
            connections=_numbers("CONNECTIONS", cls.connections),
            only=only,
            with_import=os.environ.get("IMPORT", "1" if not only else "0") == "1",
            keep_table=os.environ.get("TABLE", "1" if whole else "0") == "1",
        )


def _numbers(name: str, default: tuple[int, ...]) -> tuple[int, ...]:
    given = os.environ.get(name, "")
    return tuple(int(one) for one in given.split(",") if one) or default
