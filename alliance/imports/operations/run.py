"""What the steps of an import share while it is being stored."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import delete
from sqlalchemy.orm import Session

from alliance.core.actor import Actor
from alliance.core.db import copy_in
from alliance.core.errors import BadInput
from alliance.directory.queries.records import affiliations_of, among, contacts_of, records_of
from alliance.directory.rules.documents import Record
from alliance.imports.images import digest_of
from alliance.imports.models import ImportChange
from alliance.imports.operations.comparing import Staged
from alliance.imports.verdicts import Decision, Decisions, Duplicates, RowVerdict, Verdict

BATCH = 2_500
T = TypeVar("T")


@dataclass(slots=True)
class Run:
    """What an import in progress needs to know. `*_ids` give the record that a row ended in."""

    session: Session
    staged: Staged
    actor: Actor
    import_id: int
    duplicates: Duplicates
    decisions: Decisions

    organisation_ids: dict[int, int] = field(default_factory=dict)
    contact_ids: dict[tuple[str, int], int] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=dict)

    @property
    def cause(self) -> str:
        """By what the history knows this import."""
        return f"import:{self.import_id}"


def action_for(run: Run, said: RowVerdict, is_certain: bool) -> tuple[str, int | None]:
    """create, update, fill, leave (a record that stays as it is) or hold; and the record meant.

    The verdict then tells what was decided, so that counts tell what was done.
    """
    action, match = _action_for(run, said, is_certain)
    if said.verdict is Verdict.DUPLICATE or _decision(run, said) is not None:
        said.verdict = _DONE.get(action, said.verdict)
    return action, match


_DONE = {
    "create": Verdict.NEW,
    "update": Verdict.CHANGED,
    "fill": Verdict.CHANGED,
    "leave": Verdict.SAME,
}


def _decision(run: Run, said: RowVerdict) -> Decision | None:
    """What was decided, where it can be done: to take a row in needs a record to take it into."""
    place = (said.file, said.row)
    decision = run.decisions.get((*place, said.subject)) or run.decisions.get(place)
    if decision is None or decision.verdict is not Verdict.CHANGED:
        return decision
    is_possible = bool(decision.match or said.match or said.twin)
    return decision if is_possible else None


def _action_for(run: Run, said: RowVerdict, is_certain: bool) -> tuple[str, int | None]:
    decision = _decision(run, said)
    if decision is not None:
        match = decision.match or said.match
        if decision.verdict is Verdict.NEW:
            return "create", None
        if decision.verdict is Verdict.CHANGED or decision.is_taken:
            return ("fill" if decision.is_taken else "update"), match
        return ("leave", match) if decision.verdict is Verdict.SAME else ("hold", None)
    if said.verdict is Verdict.NEW:
        return "create", None
    if said.verdict is Verdict.CHANGED:
        return "update", said.match
    if said.verdict is Verdict.SAME:
        return "leave", said.match
    policy = {Duplicates.KEEP: "create", Duplicates.TAKE: "fill", Duplicates.SKIP: "hold"}
    action = policy[run.duplicates]
    return action, said.match if action == "fill" else None


def known_or_refuse(known: Mapping[int, T], id: int, kind: str) -> T:
    """The record with this number. Raises BadInput when a decision named one that is not there."""
    if id not in known:
        raise BadInput(f"There is no {kind} {id}. Correct the decisions.", field="match")
    return known[id]


def keep_changes(
    run: Run,
    kind: str,
    ids: Sequence[int],
    before: Mapping[int, dict[str, object]],
    *,
    now: Mapping[int, Record] | None = None,
) -> None:
    """Remember what was done to these records.

    `now` are their documents where the caller knows them to be as they were stored; else they are
    read again, because storing gives an organisation its address.
    """
    if not ids:
        return
    now = now or _as_stored(run.session, kind, ids)
    earlier = _forgotten(run, kind, list(before)) if before else {}
    for is_created in (True, False):
        # A created record has no document from before: not even an empty one.
        rows = (
            {
                "import_id": run.import_id,
                "subject_kind": kind,
                "subject_id": id,
                "after": digest_of(now[id]),
                **({} if is_created else {"before": earlier.get(id, before.get(id))}),
            }
            for id in ids
            if (earlier.get(id, before.get(id)) is None) is is_created
        )
        copy_in(run.session, ImportChange.__table__, rows)


def _as_stored(session: Session, kind: str, ids: Sequence[int]) -> Mapping[int, Record]:
    if kind == "organisation":
        return records_of(session, ids)
    return contacts_of(session, ids) if kind == "contact" else affiliations_of(session, ids)


def _forgotten(run: Run, kind: str, ids: list[int]) -> dict[int, Any]:
    """What was remembered of these records already in this import, which is told anew."""
    rows = run.session.execute(
        delete(ImportChange)
        .where(
            ImportChange.import_id == run.import_id,
            ImportChange.subject_kind == kind,
            among(ImportChange.subject_id, ids),
        )
        .returning(ImportChange.subject_id, ImportChange.before)
        .execution_options(synchronize_session=False)
    )
    return {row.subject_id: row.before for row in rows}


def batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in stretches that are written at once."""
    for at in range(0, len(items), BATCH):
        yield items[at : at + BATCH]
