"""Taking a change set back, field by field, where nobody has changed the field since."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alliance.audit.queries import HistoryCriteria, entries_after
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.errors import NotFound, Refused
from alliance.directory.models import ChangeSet
from alliance.directory.operations.bulk.change_sets import cause_of_change_set
from alliance.directory.operations.bulk.records import HANDLINGS, hold, pieces
from alliance.directory.operations.wording import change_entry, entry_document
from alliance.directory.queries.reference import reference
from alliance.directory.rules.documents import document

_CONFLICTS_KEPT = 500
# Change sets may touch closed lists too: a merged sector comes back before the organisations do.
_LISTS = ("sector",)
Steps = dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A field that stays as it is, and why: was, became: what the change set did; now: what it is.

    field: "" when it is the whole record.
    """

    subject_kind: str
    subject_id: int
    name: str
    field: str
    was: Any
    became: Any
    now: Any
    reason: str


@dataclass
class Undone:
    """How many records are as they were, and what was left as it is."""

    restored: int = 0
    conflicts: list[Kept] = field(default_factory=list)


@dataclass
class _Touched:
    """One record that the change set touched: its name, and field -> (from, to) over all of it."""

    name: str
    steps: Steps = field(default_factory=dict)
    is_changed: bool = True


def undo_change_set(session: Session, change_set_id: int, *, actor: Actor) -> Undone:
    """Put back what a change set changed; nothing commits here.

    A field that still is what the change set made of it becomes what it was before; one that was
    changed since stays and is listed. Raises NotFound, and Refused when it was undone already.
    """
    held = session.scalars(
        select(ChangeSet)
        .where(ChangeSet.id == change_set_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if held is None:
        raise NotFound(f"There is no change set {change_set_id}.")
    if held.undone_at is not None:
        raise Refused("This change set has been undone already.")
    cause, undone = f"change_set_undo:{change_set_id}", Undone()
    touched = _touched(session, cause_of_change_set(change_set_id))
    for kind in _LISTS:
        _undo_list_entries(session, kind, touched.pop(kind, {}), undone, actor, cause)
    for kind, records in touched.items():
        if kind in HANDLINGS:
            _undo_records(session, kind, records, undone, actor, cause)
        else:
            undone.conflicts += [
                _whole(kind, id, one, "This cannot be taken back here; change it by hand.")
                for id, one in records.items()
            ]
    held.undone_at, held.undone_by = clock.now(), actor.name
    held.restored, held.conflict_count = undone.restored, len(undone.conflicts)
    held.conflicts = [asdict(one) for one in undone.conflicts[:_CONFLICTS_KEPT]]
    session.flush()
    return undone


def _touched(session: Session, cause: str) -> dict[str, dict[int, _Touched]]:
    """By kind and id, what became of each record from before the first entry to the last one."""
    found: dict[str, dict[int, _Touched]] = {}
    for entry in entries_after(session, HistoryCriteria(cause=cause)):
        records = found.setdefault(entry.subject_kind, {})
        one = records.setdefault(entry.subject_id, _Touched(entry.subject_name))
        one.is_changed = one.is_changed and entry.action == "changed"
        for name, (before, after) in entry.changes.items():
            first = one.steps[name][0] if name in one.steps else before
            one.steps[name] = (first, after)
    return found


def _undo_records(
    session: Session,
    kind: str,
    touched: Mapping[int, _Touched],
    undone: Undone,
    actor: Actor,
    cause: str,
) -> None:
    handling, lists = HANDLINGS[kind], reference(session)
    hold(session, kind, sorted(touched))
    for piece in pieces(touched):
        known = handling.read(session, piece)
        changed = []
        for id in piece:
            one, before = touched[id], known.get(id)
            if before is None or not one.is_changed:
                undone.conflicts.append(_whole(kind, id, one, _why_whole(before)))
                continue
            values, kept = _back(kind, id, one, document(before))
            undone.conflicts += kept
            after = handling.rebuild(values, id=id)
            try:
                after = handling.check(after, lists, before)
            except Refused as error:
                undone.conflicts.append(_whole(kind, id, one, error.message))
                continue
            if document(after) != document(before):
                changed.append(after)
        handling.save(session, changed, actor=actor, cause=cause)
        undone.restored += len(changed)


def _undo_list_entries(
    session: Session,
    kind: str,
    touched: Mapping[int, _Touched],
    undone: Undone,
    actor: Actor,
    cause: str,
) -> None:
    for id, one in touched.items():
        if not one.is_changed:
            undone.conflicts.append(_whole(kind, id, one, "It was added then, and is kept."))
            continue
        try:
            present = entry_document(session, kind, id)
            values, kept = _back(kind, id, one, present)
            undone.conflicts += kept
            wanted = {
                name: _LIST_VALUES.get(name, _as_it_is)(values.get(name))
                for name in one.steps
                if values.get(name) != present.get(name)
            }
            change_entry(session, kind, id, wanted, actor=actor, cause=cause)
        except (NotFound, Refused) as error:
            undone.conflicts.append(_whole(kind, id, one, str(error)))
            continue
        undone.restored += bool(wanted)


def _back(
    kind: str, id: int, one: _Touched, present: Mapping[str, Any]
) -> tuple[dict[str, Any], Iterable[Kept]]:
    """The document with its fields as they were, and the fields that were changed since."""
    values, kept = dict(present), []
    for name, (was, became) in one.steps.items():
        now = present.get(name)
        if now == became:
            values[name] = was
        elif now != was:
            told = "It was changed since, so it stays as it is."
            kept.append(Kept(kind, id, one.name, name, was, became, now, told))
    return {name: value for name, value in values.items() if value is not None}, kept


def _whole(kind: str, id: int, one: _Touched, reason: str) -> Kept:
    return Kept(kind, id, one.name, "", None, None, None, reason)


def _why_whole(record: Any) -> str:
    if record is None:
        return "It was removed for good since."
    return "It was not changed but added or removed; change it by hand."


def _as_it_is(value: Any) -> Any:
    return value


_LIST_VALUES: Mapping[str, Callable[[Any], Any]] = {
    "retired_on": lambda value: date.fromisoformat(value) if value else None,
    "aliases": lambda value: value or [],
}
