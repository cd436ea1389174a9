"""What is said of each row before anything is stored, and what is done about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from alliance.imports.fields import Subject
from alliance.imports.reading import Fault


class Verdict(StrEnum):
    """What a row is, compared with the directory and with the rows above it."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    DUPLICATE = "duplicate"
    ERROR = "error"


class StagedState(StrEnum):
    """How far an import is that was begun on a page; `beat_at` is renewed while it is worked on."""

    OPEN = "open"
    CHECKING = "checking"
    RUNNING = "running"
    DONE = "done"


class ImportState(StrEnum):
    """Whether an import stands."""

    APPLIED = "applied"
    UNDONE = "undone"


class Duplicates(StrEnum):
    """What happens to probable duplicates: left out, taken into the record they match, or
    created.
    """

    SKIP = "skip"
    TAKE = "take"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person says about one row: another verdict, or another record that it means.

    NEW creates the row as it is; CHANGED takes all it gives into the record; DUPLICATE leaves it
    out; `is_taken` fills the blanks of the record only.
    """

    verdict: Verdict
    match: int | None = None
    is_taken: bool = False


Decisions = Mapping[tuple[str, int] | tuple[str, int, Subject], Decision]
"""What is decided, by file and row, or only on the organisation or the person of a row."""


@dataclass(slots=True)
class RowVerdict:
    """The verdict on one row of a file.

    `match` is the number in the directory of the record that the row was taken for, once it has
    one; `twin` the row above in the same file that says the same; `is_held` that the row is good
    and still not stored, because the organisation it belongs to is not.
    """

    file: str
    row: int
    subject: Subject
    verdict: Verdict
    match: int | None = None
    score: float | None = None
    reason: str = ""
    twin: int | None = None
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a record as it stands and as it would become, in words."""

    heading: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class NamedFault:
    """An error of a file: its row, column and remedy."""

    file: str
    fault: Fault


@dataclass(slots=True)
class Report:
    """What an import found and did. `import_id` is None when nothing was stored.

    `never_joined`: new organisations without a first day of membership, which are kept but not
    shown as members.
    """

    verdicts: list[RowVerdict] = field(default_factory=list)
    faults: list[NamedFault] = field(default_factory=list)
    mappings: dict[str, dict[str, str | None]] = field(default_factory=dict)
    import_id: int | None = None
    never_joined: int = 0

    def count(self, verdict: Verdict) -> int:
        """How many rows have this verdict; a row with two subjects counts once, by its worse
        one.
        """
        return sum(1 for found in self.by_row().values() if found.verdict is verdict)

    def reasons(self) -> dict[tuple[str, int], list[str]]:
        """Everything that is said of each row, the weightiest first, each once."""
        found: dict[tuple[str, int], dict[str, None]] = {}
        for one in sorted(self.verdicts, key=lambda each: -_WEIGHT[each.verdict]):
            if one.reason:
                found.setdefault((one.file, one.row), {})[one.reason] = None
        return {key: list(said) for key, said in found.items()}

    def by_row(self) -> dict[tuple[str, int], RowVerdict]:
        """One verdict a row. An error outweighs all, then what a person must decide."""
        found: dict[tuple[str, int], RowVerdict] = {}
        for one in self.verdicts:
            key = (one.file, one.row)
            if key not in found or _WEIGHT[one.verdict] > _WEIGHT[found[key].verdict]:
                found[key] = one
        return found


_WEIGHT = {
    Verdict.SAME: 0,
    Verdict.CHANGED: 1,
    Verdict.NEW: 2,
    Verdict.DUPLICATE: 3,
    Verdict.ERROR: 4,
}
