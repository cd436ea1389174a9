"""Reading imports that are being prepared. What belongs to another owner is not there."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, Integer, any_, func, literal, select
from sqlalchemy.orm import Session, undefer

from alliance.core.errors import NotFound
from alliance.imports.models import StagedImport, StagedRow
from alliance.imports.verdicts import StagedState, Verdict

ROWS_PER_PAGE = 50
# Whoever has not renewed his claim for so long has been stopped.
LEASE = timedelta(seconds=30)
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row with its verdict. `part` is "main" or "contacts", the file it stands in.

    cells: texts in the order of the part's columns. faults: column (or None for the whole row) and
    message. said: what is said of the organisation and of the person in it, each a mapping of
    subject, verdict, match, name, score, reason, twin, changes (heading, before, after), held.
    choices: what was decided, by subject.
    """

    part: str
    number: int
    verdict: Verdict
    cells: Sequence[str]
    faults: Sequence[tuple[str | None, str]]
    said: Sequence[Mapping[str, Any]]
    choices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Preview:
    """A page of rows. `counts` by verdict, with `rows`; `total` of the rows that are chosen."""

    rows: Sequence[PreviewRow]
    counts: Mapping[str, int]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work on a staged import is.

    state: open, checking, running, done; `is_stopped` that it was killed, and that nothing was
    stored. `share` in percent; `problem` is why the last run stored nothing.
    """

    state: StagedState
    is_stopped: bool
    step: str
    share: int
    problem: str | None
    import_id: int | None

    @property
    def is_busy(self) -> bool:
        """Whether somebody works on it."""
        return self.state in (StagedState.CHECKING, StagedState.RUNNING) and not self.is_stopped


def get_staged(
    session: Session, staged_id: int, owner: str, now: datetime, *, with_files: bool = False
) -> StagedImport:
    """The staged import of this owner. Raises NotFound for others' and for what has expired."""
    statement = select(StagedImport).where(
        StagedImport.id == staged_id,
        StagedImport.owner == owner,
        StagedImport.expires_at > now,
    )
    if with_files:
        statement = statement.options(
            undefer(StagedImport.data), undefer(StagedImport.contacts_data)
        )
    found = session.scalars(statement.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound(f"There is no import {staged_id} in preparation.")
    return found


def open_imports(session: Session, owner: str, now: datetime) -> Sequence[StagedImport]:
    """What this owner is preparing, the newest first."""
    return session.scalars(
        select(StagedImport)
        .where(
            StagedImport.owner == owner,
            StagedImport.expires_at > now,
            StagedImport.state != StagedState.DONE,
        )
        .order_by(StagedImport.id.desc())
    ).all()


def preview(
    session: Session,
    found: StagedImport,
    *,
    page: int = 1,
    verdict: Verdict | None = None,
    size: int = ROWS_PER_PAGE,
) -> Preview:
    """A page of the rows as they were checked last, of one verdict or of all."""
    which = [StagedRow.staged_id == found.id]
    if verdict is not None:
        which.append(StagedRow.verdict == verdict)
    total = session.scalar(select(func.count()).select_from(StagedRow).where(*which)) or 0
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    rows = session.scalars(
        select(StagedRow)
        .where(*which)
        .order_by(StagedRow.position)
        .limit(size)
        .offset((page - 1) * size)
    )
    made = [_row(one, found.decisions) for one in rows]
    return Preview(made, found.counts or {}, total, page, pages)


def cells_of(
    session: Session, found: StagedImport, numbers: Collection[int]
) -> dict[tuple[str, int], Sequence[str]]:
    """The cells of these rows as they were checked last, by part and number."""
    rows = session.execute(
        select(StagedRow.part, StagedRow.row, StagedRow.told["cells"]).where(
            StagedRow.staged_id == found.id,
            StagedRow.row == any_(literal(sorted(numbers), ARRAY(Integer))),
        )
    )
    return {(row[0], row[1]): row[2] for row in rows}


def bad_rows(session: Session, found: StagedImport) -> Iterator[PreviewRow]:
    """All rows with errors, in their order."""
    rows = session.scalars(
        select(StagedRow)
        .where(StagedRow.staged_id == found.id, StagedRow.verdict == Verdict.ERROR)
        .order_by(StagedRow.position)
        .execution_options(yield_per=_BATCH)
    )
    return (_row(one, found.decisions) for one in rows)


def progress(found: StagedImport, now: datetime) -> Progress:
    """How far the work on it is."""
    is_working = found.state in (StagedState.CHECKING, StagedState.RUNNING)
    late = found.beat_at is None or found.beat_at < now - LEASE
    return Progress(
        found.state,
        is_working and late,
        found.step or "",
        found.share,
        found.problem,
        found.import_id,
    )


def decision_key(part: str, row: int, subject: str) -> str:
    """Under what a decision on the organisation or the person of a row is kept."""
    return f"{part}:{row}:{subject}"


def _row(one: StagedRow, decisions: Mapping[str, str]) -> PreviewRow:
    said = one.told["said"]
    choices = {
        each["subject"]: decisions[key]
        for each in said
        if (key := decision_key(one.part, one.row, each["subject"])) in decisions
    }
    faults = [(column, message) for column, message in one.told["faults"]]
    return PreviewRow(one.part, one.row, one.verdict, one.told["cells"], faults, said, choices)
