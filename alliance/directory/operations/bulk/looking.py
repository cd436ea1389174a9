"""What an act would do to many records, before anything is done."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from alliance.audit.operations import diff
from alliance.core.errors import Refused
from alliance.directory.operations.bulk.records import HANDLINGS, pieces
from alliance.directory.queries.reference import reference
from alliance.directory.rules.bulk import Act, outcome, tidy_act
from alliance.directory.rules.documents import document
from alliance.directory.rules.reference import Reference

ROWS_SHOWN = 50
REASONS_SHOWN = 500


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One record that would change; changes: field -> (from, to), as in documents."""

    id: int
    name: str
    changes: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One record that the act refuses, and why; the name is "" when there is no such record."""

    id: int
    name: str
    reason: str


@dataclass
class Preview:
    """What would happen: how many records change, stay the same, are left out.

    rows: the first ROWS_SHOWN that change. refused: the first REASONS_SHOWN that are left out, of
    `refused_count`.
    """

    changed: int = 0
    same: int = 0
    refused_count: int = 0
    rows: list[PreviewRow] = field(default_factory=list)
    refused: list[LeftOut] = field(default_factory=list)


def preview(
    session: Session, subject_kind: str, ids: Collection[int], act: Act, *, today: date
) -> Preview:
    """Look at what `act` would do to these records; writes nothing.

    subject_kind: organisation or contact. Raises BadInput when the act itself lacks something.
    """
    lists = reference(session)
    wanted = tidy_act(subject_kind, act, lists)
    found = Preview()
    for piece in pieces(ids):
        known = HANDLINGS[subject_kind].read(session, piece)
        for id, before, after in judged(wanted, piece, known, lists, today=today):
            if isinstance(after, LeftOut):
                leave_out(found, after)
            elif before == after:
                found.same += 1
            else:
                found.changed += 1
                if len(found.rows) < ROWS_SHOWN:
                    changes = diff(document(before), document(after))
                    found.rows.append(PreviewRow(id, before.name, changes))
    return found


def judged(
    act: Act,
    ids: Collection[int],
    known: Mapping[int, Any],
    lists: Reference,
    *,
    today: date,
) -> Iterator[tuple[int, Any, Any]]:
    """For each id the record as it is and as the act makes it, or LeftOut in its place."""
    for id in ids:
        before: Any = known.get(id)
        if before is None:
            yield id, None, LeftOut(id, "", "There is no such record.")
            continue
        try:
            yield id, before, outcome(act, before, lists, today=today)
        except Refused as error:
            yield id, before, LeftOut(id, before.name, error.message)


def leave_out(found: Any, one: LeftOut) -> None:
    """Count a record that is left out, and keep the first ones with their reasons."""
    found.refused_count += 1
    if len(found.refused) < REASONS_SHOWN:
        found.refused.append(one)
