"""Doing an act on many records as one change set."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from alliance.core.actor import Actor
from alliance.core.errors import Refused
from alliance.directory.operations.bulk.change_sets import (
    begin_change_set,
    cause_of_change_set,
    finish_change_set,
)
from alliance.directory.operations.bulk.looking import LeftOut, judged, leave_out
from alliance.directory.operations.bulk.records import HANDLINGS, hold, pieces
from alliance.directory.queries.reference import reference
from alliance.directory.rules.bulk import Act, as_document, tidy_act


@dataclass
class Applied:
    """What was done: the change set, how many records changed, stayed the same, were left out."""

    change_set_id: int
    changed: int = 0
    same: int = 0
    refused_count: int = 0
    refused: list[LeftOut] = field(default_factory=list)


def apply_bulk(
    session: Session,
    subject_kind: str,
    ids: Collection[int],
    act: Act,
    *,
    actor: Actor,
    today: date,
    expected_count: int,
    reason: str | None = None,
) -> Applied:
    """Do `act` to these records, leaving out those that refuse it; nothing commits here.

    expected_count: how many the preview said would change. Raises Refused, before it is stored,
    when they would be more now, or none at all; BadInput when the act itself lacks something.
    """
    lists = reference(session)
    wanted = tidy_act(subject_kind, act, lists)
    told = as_document(wanted)
    id = begin_change_set(
        session, "bulk_edit", subject_kind=subject_kind, act=told, actor=actor, reason=reason
    )
    done, handling = Applied(id), HANDLINGS[subject_kind]
    hold(session, subject_kind, sorted(set(ids)))
    for piece in pieces(ids):
        known = handling.read(session, piece)
        changed = _changed(done, judged(wanted, piece, known, lists, today=today))
        if done.changed > expected_count:
            raise Refused(
                "More records would change now than the preview told. Nothing was changed; look"
                " at the preview again."
            )
        cause = cause_of_change_set(id)
        handling.save(session, changed, actor=actor, reason=reason, cause=cause)
    if not done.changed:
        raise Refused("None of these records would change, so nothing was done.")
    finish_change_set(
        session, id, count=done.changed, refused=done.refused, refused_count=done.refused_count
    )
    return done


def _changed(done: Applied, records: Iterable[tuple[int, Any, Any]]) -> list[Any]:
    """The records that the act changes, as it makes them; all of them are counted."""
    changed = []
    for _, before, after in records:
        if isinstance(after, LeftOut):
            leave_out(done, after)
        elif before == after:
            done.same += 1
        else:
            changed.append(after)
    done.changed += len(changed)
    return changed
